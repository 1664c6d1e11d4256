/**
 * What sam-offline sets for its own process. The young generation grows to its full size at once,
 * and not by doubling. So the objects of a burst of connections are copied less often.
 */
export const V8_FLAGS = ['--semi-space-growth-factor=16'];
