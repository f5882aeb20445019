'use client'

import { useState } from 'react'
import { useSWRConfig } from 'swr'
import type { DatasetInfo } from '../../server/datasets/schema'
import { Confirm } from '../components/confirm'
import { useToast } from '../components/toast'
import { request } from '../data/request'
import { datasets } from '../i18n/datasets'
import { useTexts } from '../i18n/language'

interface Props {
  /** The one that is asked about. */
  dataset: DatasetInfo | undefined
  onClose(): void
  /** The list of datasets is renewed already. */
  onDeleted?(): void
}

/** Asks before a dataset goes, and says what stays. */
export function DeleteDataset({ dataset, onClose, onDeleted }: Props) {
  const t = useTexts(datasets)
  const { toast, toastError } = useToast()
  const { mutate } = useSWRConfig()
  const [deleting, setDeleting] = useState(false)
  const remove = async () => {
    if (!dataset) return
    setDeleting(true)
    try {
      await request(`/datasets/${dataset.id}`, { method: 'DELETE' })
      // A list that was read a moment ago would be taken for fresh.
      await mutate('/datasets')
      toast({ tone: 'ok', title: t.deleted(dataset.name) })
      onDeleted?.()
    } catch (error) {
      toastError(error)
    } finally {
      setDeleting(false)
      onClose()
    }
  }
  return (
    <Confirm
      open={dataset !== undefined}
      onClose={onClose}
      title={t.deleteTitle(dataset?.name ?? '')}
      confirm={t.deleteSet}
      onConfirm={() => void remove()}
      busy={deleting}
    >
      {dataset?.origin === 'upload' ? t.deleteUpload : t.deleteDirectory}
    </Confirm>
  )
}
