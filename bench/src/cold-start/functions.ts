import { loadStack } from '@blogapp/sam-offline';
import { templatePath } from '../stack/index.ts';

/** A function of the product's template. */
export interface ProductFunction {
  /** The part of `FunctionName` after the stack's name: `websocket-connect`, `api`. */
  readonly name: string;
  /** The folder that is deployed; its entry point is `index.mjs`. */
  readonly directory: string;
}

/** Every function of the template. */
export function productFunctions(): ProductFunction[] {
  const stackName = 'bench';
  const { functions } = loadStack({
    ...{ templatePath, stackName, region: 'ap-northeast-1', parameterOverrides: {} },
  });
  return functions.map(({ functionName, code }) => {
    if (code.type !== 'zip' && code.type !== 'image')
      throw new Error(`${functionName} has no bundle`);
    return {
      name: functionName.slice(stackName.length + 1),
      directory: code.type === 'zip' ? code.directory : code.contextDirectory,
    };
  });
}
