export { toolError, Tools, type ToolName, type ToolOptions, type ToolResult } from './tools.ts';
