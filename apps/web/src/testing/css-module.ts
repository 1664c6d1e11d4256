/** What a CSS module is in tests: each class has the name that it has in the file. */
export default new Proxy<Record<string, string>>({}, { get: (_target, name) => String(name) });
