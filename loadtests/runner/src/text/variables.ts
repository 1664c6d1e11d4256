/** Values for a scenario's variables, instead of those in its file. */
export type Variables = Readonly<Record<string, string | number | boolean>>;
