import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  compress: true,
  serverExternalPackages: [
    '@prisma/client',
    '@prisma/adapter-libsql',
    '@libsql/client',
    'libsql',
    'onnxruntime-node',
    'sharp',
    'pino',
  ],
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  images: { unoptimized: true },
  // `npm run typecheck` checks all of the project once; a second check here would only slow the first start.
  typescript: { ignoreBuildErrors: true },
}
export default config
