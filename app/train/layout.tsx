import type { ReactNode } from 'react'
import { RunFrame } from './run-frame'

export default function Layout({ children }: { children: ReactNode }) {
  return <RunFrame>{children}</RunFrame>
}
