/** Values that replace the variables in a scenario's file. */
export type Variables = Readonly<Record<string, string | number | boolean>>;
