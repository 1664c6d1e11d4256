export function docsPage(): { html: string; contentSecurityPolicy: string } {
  return { html: '', contentSecurityPolicy: '' };
}
