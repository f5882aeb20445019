'use client'

interface Props {
  pressed: boolean
  onClick(): void
  name: string
  /** What it sets. */
  sets: string
}

export function Preset({ pressed, onClick, name, sets }: Props) {
  return (
    <button type="button" className="preset" aria-pressed={pressed} onClick={onClick}>
      <b>{name}</b>
      <span>{sets}</span>
    </button>
  )
}
