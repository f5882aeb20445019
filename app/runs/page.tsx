import { RunsTable } from '../train/runs-table'

export default function Page() {
  return <RunsTable />
}
