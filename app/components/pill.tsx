'use client'

import clsx from 'clsx'
import type { ReactNode } from 'react'
import type { JobState } from '../../detector/training/events'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'
import { Icon, type IconName } from './icons'

export type Tone = 'neutral' | 'ok' | 'warn' | 'err' | 'run' | 'info'

const TONES: Record<Tone, string> = {
  neutral: 'bg-hover text-ink-2',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  err: 'bg-err-soft text-err',
  run: 'bg-brand-soft text-brand-ink',
  info: 'bg-info-soft text-info',
}

interface Props {
  tone?: Tone
  icon?: IconName
  dot?: 'still' | 'pulse'
  children: ReactNode
  title?: string
}

/** A small round mark; without `color` in the colour of the text. */
export function Dot({ pulse, color }: { pulse?: boolean; color?: string }) {
  return (
    <span
      className={clsx('block size-[7px] flex-none rounded-full bg-current', pulse && 'animate-pulse')}
      style={color ? { color: `var(${color})` } : undefined}
    />
  )
}

/** Icon or dot and a word; never colour alone. */
export function Pill({ tone = 'neutral', icon, dot, children, title }: Props) {
  return (
    <span
      className={clsx(
        'inline-flex h-5.5 items-center gap-[5px] whitespace-nowrap rounded-full px-2 text-12 font-medium [&_svg]:size-[13px] [&_svg]:stroke-2',
        TONES[tone],
      )}
      title={title}
    >
      {icon && <Icon name={icon} />}
      {dot && <Dot pulse={dot === 'pulse'} />}
      {children}
    </span>
  )
}

const STATES: Record<JobState, { tone: Tone; icon?: IconName; dot?: 'still' | 'pulse'; label: StateLabel }> = {
  queued: { tone: 'neutral', dot: 'still', label: 'stateQueued' },
  preparing: { tone: 'run', dot: 'pulse', label: 'statePreparing' },
  running: { tone: 'run', dot: 'pulse', label: 'stateRunning' },
  pausing: { tone: 'run', dot: 'pulse', label: 'statePausing' },
  paused: { tone: 'neutral', icon: 'pause', label: 'statePaused' },
  done: { tone: 'ok', icon: 'check', label: 'stateDone' },
  failed: { tone: 'err', icon: 'error', label: 'stateFailed' },
  stopped: { tone: 'warn', icon: 'stop', label: 'stateStopped' },
  interrupted: { tone: 'warn', icon: 'warning', label: 'stateInterrupted' },
}
type StateLabel = Extract<keyof (typeof common)['zh'], `state${string}`>

/** The state of a run, batch or export. `running` gives the verb of the job in place of "in progress". */
export function StatePill({ state, running }: { state: JobState; running?: string }) {
  const t = useTexts(common)
  const s = STATES[state]
  return (
    <Pill tone={s.tone} icon={s.icon} dot={s.dot}>
      {state === 'running' && running ? running : t[s.label]}
    </Pill>
  )
}
