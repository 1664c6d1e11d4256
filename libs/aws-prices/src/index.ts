export { costOf, LIST_PRICES, totalOf, usdPer, type PriceName, type Usage } from './cost.ts';
