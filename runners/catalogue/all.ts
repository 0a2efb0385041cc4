import '../distillers/all.ts';

/*
 * For those who ask the catalogue of all methods at once, as the coverage of all tables does.
 */
