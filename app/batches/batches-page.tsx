'use client'

import Link from 'next/link'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { EmptyState } from '../components/empty-state'
import { StatePill } from '../components/pill'
import { SkeletonRows } from '../components/skeleton'
import { StackedCell, StackedTable } from '../components/table'
import { useToast } from '../components/toast'
import { mainLook, Side, Workspace } from '../components/workspace'
import { useBatches } from '../data/use-lists'
import { batch as texts } from '../i18n/batch'
import { useFormat, useTexts } from '../i18n/language'
import type { NamedFile } from './collect-files'
import { QueueEmpty } from './queue-panel'
import { StartPanel, useDroppedFiles, useStartBatch } from './start-panel'

const SAMPLES = ['receipt', 'shop-sign', 'form', 'poster', 'screenshot', 'label']

/** Before a batch: how to start one, and the earlier ones. */
export function BatchesPage() {
  const t = useTexts(texts)
  const format = useFormat()
  const { toastError } = useToast()
  const { batches } = useBatches()
  const starter = useStartBatch()
  const over = useDroppedFiles((files) => void starter.start(files))

  const trySamples = async () => {
    try {
      const files = await Promise.all(
        SAMPLES.map(async (name): Promise<NamedFile> => {
          const blob = await (await fetch(`/samples/${name}.jpg`)).blob()
          return { name: `${name}.jpg`, file: new File([blob], `${name}.jpg`, { type: 'image/jpeg' }) }
        }),
      )
      await starter.start(files)
    } catch (error) {
      toastError(error)
    }
  }
  const choose = () => document.querySelector<HTMLInputElement>('[data-testid=files]')?.click()

  return (
    <>
      <h1 className="sr-only">{t.title}</h1>
      <Workspace columns="two">
        <Side kind="queue" label={t.newBatch}>
          <StartPanel starter={starter} over={over} />
          <QueueEmpty className="max-md:hidden" />
        </Side>
        <div className={mainLook}>
          {batches?.length === 0 ? (
            <EmptyState
              className="m-auto"
              icon="pictures"
              title={t.none}
              text={t.noneText}
              actions={
                <>
                  <Button variant="primary" icon="upload" onClick={choose} busy={starter.starting}>
                    {t.upload}
                  </Button>
                  <Button icon="picture" onClick={() => void trySamples()}>
                    {t.trySamples(SAMPLES.length)}
                  </Button>
                </>
              }
            />
          ) : (
            <div className="p-5">
              <h2 className="mb-3">{t.earlier}</h2>
              <Card flush className="overflow-auto">
                <StackedTable>
                  <thead>
                    <tr>
                      <th>{t.name}</th>
                      <th>{t.state}</th>
                      <th className="text-right">{t.pictures}</th>
                      <th className="text-right">{t.textBoxes}</th>
                      <th className="text-right">{t.failed}</th>
                      <th className="text-right">{t.created}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {batches ? (
                      batches.map((b) => (
                        <tr key={b.id}>
                          <StackedCell className="font-medium" translate="no">
                            <Link href={`/batches/${b.id}`}>{b.name}</Link>
                          </StackedCell>
                          <StackedCell phone="wide" name={t.state}>
                            <StatePill state={b.state} running={t.detecting} />
                          </StackedCell>
                          <StackedCell name={t.pictures} num className="text-ink-2">
                            {b.done + b.failed === b.total
                              ? format.count(b.total)
                              : `${format.count(b.done + b.failed)} / ${format.count(b.total)}`}
                          </StackedCell>
                          <StackedCell name={t.textBoxes} num className="text-ink-2">
                            {format.count(b.boxes)}
                          </StackedCell>
                          <StackedCell name={t.failed} num className={b.failed > 0 ? 'text-err' : 'text-ink-2'}>
                            {format.count(b.failed)}
                          </StackedCell>
                          <StackedCell phone="actions" num className="text-ink-2" title={format.stamp(b.createdAt)}>
                            {format.ago(b.createdAt)}
                          </StackedCell>
                        </tr>
                      ))
                    ) : (
                      <SkeletonRows rows={4} columns={6} />
                    )}
                  </tbody>
                </StackedTable>
              </Card>
            </div>
          )}
        </div>
      </Workspace>
    </>
  )
}
