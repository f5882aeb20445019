'use client'

import type { ReactNode } from 'react'
import type { JobState } from '../../detector/training/events'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'
import { Icon, type IconName } from './icons'

export type Tone = 'neutral' | 'ok' | 'warn' | 'err' | 'run' | 'info'

interface Props {
  tone?: Tone
  icon?: IconName
  dot?: 'still' | 'pulse'
  children: ReactNode
  title?: string
}

/** Icon or dot and a word; never colour alone. */
export function Pill({ tone = 'neutral', icon, dot, children, title }: Props) {
  return (
    <span className={tone === 'neutral' ? 'pill' : `pill ${tone}`} title={title}>
      {icon && <Icon name={icon} />}
      {dot && <span className={dot === 'pulse' ? 'dot pulse' : 'dot'} />}
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
