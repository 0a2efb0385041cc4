/**
 * Networks of 224 pixels without the prefix: tables of CIFAR and of ImageNet mean one network by
 * such a name.
 */
export const anySetNetworks: readonly string[] = [
  'deit_t',
  'vit_s',
  'swin_t',
  'swin_n',
  'swin_p',
  'mixer_b16',
  'resmlp_s12',
  'convnext_t',
  'deit_tiny',
  'deit_tiny_distilled',
  't2t_vit_7',
  'pit_tiny',
  'pvt_tiny',
];
