import { bindingFolder } from 'file:///work/wt/package/dist/runners/engine/native-package.mjs';
         console.log(JSON.stringify({ bindingFolder: bindingFolder() }));