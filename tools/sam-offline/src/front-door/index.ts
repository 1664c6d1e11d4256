export { admit, type Admittance, type DoorKeys, type Refusal, type Wanted } from './admit.ts';
