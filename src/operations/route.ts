/** Where a server answers an operation: `/v1/ticket/show` for `ticket.show`. */
export function routeOf(name: string): string {
  return `/v1/${name.replaceAll('.', '/')}`
}
