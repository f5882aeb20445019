'use client'

import { useEffect, useRef, useState } from 'react'
import { useModels } from '../data/use-lists'
import { type Settings, usualSettings, withModel } from './settings'

const STORED = 'model'

/**
 * The chosen model, remembered in this browser, and the settings of a detection. A model brings the thresholds it was
 * calibrated to; they hold until the user moves them.
 */
export function useModelChoice() {
  const { models } = useModels()
  const [settings, setSettings] = useState<Settings>(usualSettings)
  const [model, setModel] = useState('base')
  const info = models?.find((m) => m.id === model)
  const applied = useRef<string>(undefined)

  useEffect(() => {
    const stored = localStorage.getItem(STORED)
    if (stored && !new URLSearchParams(location.search).has('model')) setModel(stored)
  }, [])
  useEffect(() => {
    if (!models) return
    if (!info || info.missing) {
      if (model !== 'base') setModel('base')
      return
    }
    if (applied.current !== model) setSettings((s) => withModel(s, info))
    applied.current = model
  }, [models, info, model])

  return {
    models,
    model,
    info,
    settings,
    setSettings,
    chooseModel(id: string) {
      localStorage.setItem(STORED, id)
      setModel(id)
    },
    /** Takes over model and settings of a result that was opened. */
    adopt(id: string, using: Settings) {
      applied.current = id
      setModel(id)
      setSettings(using)
    },
  }
}
