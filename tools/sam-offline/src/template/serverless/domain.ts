import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import type { Expansion, ExpansionContext } from './expansion.ts';
import { generated, hashed, hashOf } from './generated.ts';

/** The resource types of a domain name for a kind of API. */
interface DomainKind {
  readonly domainId: string;
  readonly domainType: string;
  readonly mapping: string;
  readonly mappingType: string;
  readonly alias: string;
}

const ofHttpApi: DomainKind = {
  domainId: 'ApiGatewayDomainNameV2',
  domainType: 'AWS::ApiGatewayV2::DomainName',
  mapping: 'ApiMapping',
  mappingType: 'AWS::ApiGatewayV2::ApiMapping',
  alias: 'DomainName',
};

const ofRestApi: DomainKind = {
  domainId: 'ApiGatewayDomainName',
  domainType: 'AWS::ApiGateway::DomainName',
  mapping: 'BasePathMapping',
  mappingType: 'AWS::ApiGateway::BasePathMapping',
  alias: 'DomainName',
};

const ofPrivateRestApi: DomainKind = {
  domainId: 'ApiGatewayDomainNameV2',
  domainType: 'AWS::ApiGateway::DomainNameV2',
  mapping: 'BasePathMapping',
  mappingType: 'AWS::ApiGateway::BasePathMappingV2',
  alias: 'DomainNameV2',
};

/**
 * Makes the domain name, base path mappings and DNS records that SAM makes from an API's `Domain`.
 * APIs with the same domain name share it (samtranslator/model/api/api_generator.py and
 * apiv2_generator.py of SAM translator 1.115).
 */
export function domainOf(
  entry: ResourceEntry,
  stageId: string,
  context: ExpansionContext,
): Expansion {
  const { logicalId, type } = entry;
  const domain = entry.properties.Domain;
  const name = isObject(domain) ? domain.DomainName : undefined;
  if (!isObject(domain) || name === undefined) return { entries: [] };
  const isPrivate = domain.EndpointConfiguration === 'PRIVATE';
  const kind =
    type !== 'AWS::Serverless::Api' ? ofHttpApi : isPrivate ? ofPrivateRestApi : ofRestApi;
  const { BasePath: basePath, Route53: route53, AccessAssociation: association, ...own } = domain;

  const domainName = generated(entry, `${kind.domainId}${hashOf(name, context)}`, kind.domainType, {
    properties: { DomainName: name },
    references: own,
  });
  const entries = [domainName];
  const patterns = [hashed(kind.domainId, domainName)];
  const mapped: JsonObject = { Ref: stageId };
  for (const path of basePathsOf(basePath)) {
    const id = `${logicalId}${path.replaceAll(/[^A-Za-z0-9]/g, '')}${kind.mapping}`;
    entries.push(generated(entry, id, kind.mappingType, { references: [mapped, own] }));
  }
  if (isObject(route53)) {
    const zone = route53.HostedZoneId ?? route53.HostedZoneName ?? '';
    const isOwn = route53.SeparateRecordSetGroup === true;
    const hash = hashOf(isOwn ? [zone, name] : zone, context);
    const made = generated(entry, `RecordSetGroup${hash}`, 'AWS::Route53::RecordSetGroup', {
      references: [own, route53],
    });
    entries.push(made);
    patterns.push(hashed('RecordSetGroup', made));
  }
  if (isObject(association)) {
    const hash = hashOf([association.VpcEndpointId ?? '', domainName.logicalId], context);
    const made = generated(
      entry,
      `DomainNameAccessAssociation${hash}`,
      'AWS::ApiGateway::DomainNameAccessAssociation',
      { references: association },
    );
    entries.push(made);
    patterns.push(hashed('DomainNameAccessAssociation', made));
  }
  return { entries, aliases: { [`${logicalId}.${kind.alias}`]: domainName.logicalId }, patterns };
}

/** Gives the base paths. Without one, there is one mapping for the empty path. */
function basePathsOf(value: Json | undefined): string[] {
  const paths = Array.isArray(value) ? value : [value];
  return paths.map((path) => (typeof path === 'string' ? path : ''));
}
