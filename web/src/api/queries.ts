import {
  QueryClient,
  type UseQueryResult,
  infiniteQueryOptions,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import type { AppError } from '../../../src/domain/errors.ts'
import { ask } from './ask.ts'
import type { Asked, OperationName, Reply } from './operations.ts'

const MINUTE_MS = 60_000

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 30 * MINUTE_MS,
      retry: (count, error) => (error as AppError).code === 'unavailable' && count < 2,
      refetchOnWindowFocus: true,
    },
  },
})

interface ReadOptions<Read> {
  enabled?: boolean
  /** What does not change any more is asked for once. */
  forGood?: boolean
  /** Keeps what another input showed until the reply is there. */
  keep?: boolean
  /** How often it is read anew beside what the stream tells, for as long as the last reply calls for it. */
  everyMs?: (last: Read) => number | false
}

/** Reads an operation; the same input is asked for once by whoever needs it. */
export function useRead<Name extends OperationName>(
  name: Name,
  input: Asked<Name>,
  { enabled = true, forGood = false, keep = false, everyMs }: ReadOptions<Reply<Name>> = {},
): UseQueryResult<Reply<Name>, AppError> {
  return useQuery<Reply<Name>, AppError>({
    queryKey: [name, input],
    queryFn: ({ signal }) => ask(name, input, signal),
    enabled,
    ...(forGood ? { staleTime: Infinity } : {}),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
    ...(everyMs === undefined ? {} : { refetchInterval: ({ state: { data } }) => data !== undefined && everyMs(data) }),
  })
}

/** Asks for what is about to be shown: whoever reads it finds it on its way, or there. */
export function askAhead<Name extends OperationName>(name: Name, input: Asked<Name>): void {
  void queries.prefetchQuery({
    queryKey: [name, input],
    queryFn: ({ signal }) => ask(name, input, signal),
    staleTime: Infinity,
  })
}

/** Reads one operation with several inputs, of which none changes any more. @returns undefined until all are there */
export function useAllForGood<Name extends OperationName>(
  name: Name,
  inputs: readonly Asked<Name>[],
): Reply<Name>[] | undefined {
  const results = useQueries({
    queries: inputs.map((input) => ({
      queryKey: [name, input],
      queryFn: ({ signal }: { signal: AbortSignal }) => ask(name, input, signal),
      staleTime: Infinity,
    })),
  })
  const replies = results.map(({ data }) => data)
  return replies.every((reply) => reply !== undefined) ? replies : undefined
}

type Paged = { items: unknown[]; nextCursor: string | null }

/** Reads a list page by page, as far as somebody scrolls. */
export function usePages<Name extends OperationName>(name: Name, input: Asked<Name>, enabled = true) {
  return useInfiniteQuery({ ...pagesOf(name, input), placeholderData: keepPreviousData, enabled })
}

/** Asks for the first page of a list that is about to be shown. */
export function askPagesAhead<Name extends OperationName>(name: Name, input: Asked<Name>): void {
  void queries.prefetchInfiniteQuery(pagesOf(name, input))
}

function pagesOf<Name extends OperationName>(name: Name, input: Asked<Name>) {
  return infiniteQueryOptions<Reply<Name>, AppError, { pages: Reply<Name>[] }, unknown[], string | undefined>({
    queryKey: [name, 'pages', input],
    queryFn: ({ pageParam, signal }) =>
      ask(name, pageParam === undefined ? input : { ...input, cursor: pageParam }, signal),
    initialPageParam: undefined,
    getNextPageParam: (last) => (last as Paged).nextCursor ?? undefined,
  })
}

/** Asks an operation that changes something, then reads anew what is on the page. */
export function useChange<Name extends OperationName>(name: Name) {
  const client = useQueryClient()
  return useMutation<Reply<Name>, AppError, Asked<Name>>({
    mutationFn: (input) => ask(name, input),
    onSuccess: () => client.invalidateQueries(),
  })
}
