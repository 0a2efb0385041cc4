/**
 * How much of a study is run: `paper` its published protocol in full, `proxy` a reduced one, `own`
 * a study that nobody published, in full, `smoke` a few seconds of any. In the order of reports.
 */
export const scales = ['paper', 'proxy', 'own', 'smoke'] as const;
