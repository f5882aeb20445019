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
    <button
      type="button"
      className="group grid rounded-lg border border-line bg-surface px-[9px] py-[7px] text-12 hover:bg-hover aria-pressed:border-brand aria-pressed:bg-brand-soft aria-pressed:inset-ring aria-pressed:inset-ring-brand"
      aria-pressed={pressed}
      onClick={onClick}
    >
      <b className="font-medium text-13">{name}</b>
      <span className="text-ink-3 group-aria-pressed:text-ink-2">{sets}</span>
    </button>
  )
}
