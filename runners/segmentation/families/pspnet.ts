import { membersOf } from '../members.ts';
import { psp } from '../networks/psp-head.ts';

/** PSPNet (Zhao et al. 2017, arXiv:1612.01105) by its backbone. */
export const pspnetOf = membersOf('pspnet', (channels) => psp({ channels }));
