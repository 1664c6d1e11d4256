/** Replaces CSS modules in tests: each class keeps its name from the file. */
export default new Proxy<Record<string, string>>({}, { get: (_target, name) => String(name) });
