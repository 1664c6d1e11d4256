export { findFigure, FIGURES, type Figure } from './figures.ts';
export { formatFigure, formatNumber } from './format.ts';
