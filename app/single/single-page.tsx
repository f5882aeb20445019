'use client'

export function SinglePage() {
  return null
}
