import { membersOf } from '../members.ts';
import { aspp } from '../networks/aspp-head.ts';

/** DeepLabV3 (Chen et al. 2017, arXiv:1706.05587) by its backbone. */
export const deeplabv3Of = membersOf('deeplabv3', (channels) => aspp({ channels }));
