import type { Secret, SecretGeneration, SsmParameter } from '../model.ts';
import { secret as secretProperties, ssmParameter } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/** Reads all parameters of Parameter Store. CloudFormation cannot make a `SecureString`. */
export function ssmParametersOf(resources: StackResources): SsmParameter[] {
  return resources.ofType('AWS::SSM::Parameter').flatMap((entry) => {
    const properties = resources.read(entry).check(ssmParameter);
    const type = properties.oneOf('Type', ['String', 'StringList']);
    const value = properties.requiredText('Value');
    if (value === undefined) return [];
    const description = properties.text('Description');
    return [
      {
        logicalId: entry.logicalId,
        name: resources.ref(entry),
        type: type ?? 'String',
        value,
        ...(description !== undefined && { description }),
      },
    ];
  });
}

/** Reads all secrets of Secrets Manager. */
export function secretsOf(resources: StackResources): Secret[] {
  return resources.ofType('AWS::SecretsManager::Secret').map((entry) => {
    const properties = resources.read(entry).check(secretProperties);
    const arn = resources.ref(entry);
    const description = properties.text('Description');
    const value = properties.text('SecretString');
    const generate = properties.map('GenerateSecretString');
    return {
      logicalId: entry.logicalId,
      name: arn.replace(/^.*:secret:(.*)-.{6}$/, '$1'),
      arn,
      ...(description !== undefined && { description }),
      ...(value !== undefined && { value }),
      ...(generate !== undefined && { generate: generationOf(generate) }),
    };
  });
}

/**
 * Reads `GenerateSecretString`
 * (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html).
 */
function generationOf(given: Reader): SecretGeneration {
  const template = given.text('SecretStringTemplate');
  const key = given.text('GenerateStringKey');
  return {
    length: given.number('PasswordLength', { minimum: 1, maximum: 4096 }) ?? 32,
    excludeCharacters: given.text('ExcludeCharacters') ?? '',
    excludeLowercase: given.boolean('ExcludeLowercase') === true,
    excludeNumbers: given.boolean('ExcludeNumbers') === true,
    excludePunctuation: given.boolean('ExcludePunctuation') === true,
    excludeUppercase: given.boolean('ExcludeUppercase') === true,
    includeSpace: given.boolean('IncludeSpace') === true,
    requireEachIncludedType: given.boolean('RequireEachIncludedType') !== false,
    ...(template !== undefined && { template }),
    ...(key !== undefined && { key }),
  };
}
