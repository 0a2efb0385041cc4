/**
 * Linear warm-up of a distillation loss, as mdistiller has it: min(epoch / warmupEpochs, 1) with
 * epochs counted from 1, so that the first epoch already has weight 1 / warmupEpochs. 0 and 1 both
 * mean no warm-up.
 */
export function warmup(
  { warmupEpochs }: { readonly warmupEpochs: number },
  epoch: number,
): Readonly<Record<'warmup', number>> {
  return { warmup: warmupEpochs <= 1 ? 1 : Math.min(epoch / warmupEpochs, 1) };
}
