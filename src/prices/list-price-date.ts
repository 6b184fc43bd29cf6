/**
 * Date of the newest built-in price table, as `createPriceTable().newestDate` finds it. Written here once more because
 * nearly every command says it, and few need the tables.
 */
export const LIST_PRICE_DATE = '2026-11-09'
