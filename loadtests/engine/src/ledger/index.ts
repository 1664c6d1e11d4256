export {
  Ledger,
  type CountedKind,
  type LedgerEvents,
  type LedgerPart,
  type UnconfirmedMessage,
} from './ledger.ts';
export { messageKey, type Message } from './message.ts';
export type { Reader } from './reader.ts';
