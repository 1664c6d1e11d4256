import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { show } from '../json.ts';
import { layerVersion, serverlessLayerVersion } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { builtFolder } from './built-code.ts';
import type { StackResources } from './stack-resources.ts';

const layerTypes = ['AWS::Serverless::LayerVersion', 'AWS::Lambda::LayerVersion'];

/**
 * Gives the folders and archives of a function's layers, in their order. Layers of other accounts
 * are left out.
 */
export function layersOf(properties: Reader, resources: StackResources): string[] {
  const arns = properties.texts('Layers', 'a list of layer ARNs') ?? [];
  return arns.flatMap((arn) => {
    const layer = resources.byRef(arn, ...layerTypes);
    if (layer === undefined) {
      resources.diagnostics.warn(
        properties.at('Layers'),
        `layer ${arn} is left out: it is not a layer of this template, and cannot be downloaded here`,
      );
      return [];
    }
    const isServerless = layer.type === 'AWS::Serverless::LayerVersion';
    const reader = resources
      .read(layer)
      .check(isServerless ? serverlessLayerVersion : layerVersion);
    const name = isServerless ? 'ContentUri' : 'Content';
    const folder = reader.value(name);
    const built = builtFolder(resources.directory, layer.logicalId, name);
    if (built !== undefined && typeof layer.metadata.BuildMethod === 'string') return [built];
    if (typeof folder === 'string' && !/^(?:s3|https?):\/\//.test(folder)) {
      const path = resolve(resources.directory, folder);
      return [existsSync(path) ? path : (built ?? path)];
    }
    if (built !== undefined) return [built];
    resources.diagnostics.warn(
      reader.at(name),
      `the layer is left out: expected a folder or an archive of this machine, got ${show(folder)}`,
    );
    return [];
  });
}
