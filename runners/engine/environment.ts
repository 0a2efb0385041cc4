/**
 * How processes that use TensorFlow are started. The code is plain JavaScript because the launcher
 * shares it.
 */
export {
  type BindingBuild,
  bindingBuild,
  interOpThreads,
  nodeArguments,
  tensorflowEnvironment,
} from './environment.mjs';
