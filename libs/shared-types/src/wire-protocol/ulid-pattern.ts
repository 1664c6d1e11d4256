/** A ULID in its canonical form: 26 characters of Crockford's base 32, upper case. */
export const ULID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
