/**
 * `node sample.mjs <bundle> <event file>`: imports a function as a cold start does, invokes it with
 * its first event, and writes how long each took to file descriptor 3. Each sample is a new
 * process, and this file is plain JavaScript, so that nothing is loaded before except what Node
 * itself needs.
 */
import { readFileSync, writeSync } from 'node:fs';
import { context } from '../stack/lambda-context.mjs';

const [, , bundle, eventFile] = process.argv;
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const cpuStart = process.cpuUsage();
const start = performance.now();
const { handler } = await import(bundle);
const importMs = performance.now() - start;
const importCpu = process.cpuUsage(cpuStart);
const result = await handler(event, context);
const responseMs = performance.now() - start;
const responseCpu = process.cpuUsage(cpuStart);

const millis = ({ user, system }) => (user + system) / 1000;
const sample = {
  importMs,
  importCpuMs: millis(importCpu),
  responseMs,
  responseCpuMs: millis(responseCpu),
};
writeSync(3, JSON.stringify({ sample, result: result ?? null }));
process.exit();
