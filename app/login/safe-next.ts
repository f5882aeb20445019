/** Where to go after the login: an address of this site, whatever `next` says. @param origin of this page */
export function safeNext(next: string | null, origin: string): string {
  // As the browser will read it, and whole: a path like `//x` would be read as another site when it stands alone.
  const address = URL.canParse(next ?? '/', origin) ? new URL(next ?? '/', origin) : undefined
  return address?.origin === origin ? address.href : `${origin}/`
}
