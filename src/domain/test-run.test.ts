import { describe, expect, it } from 'vitest'
import { testRunIn } from './test-run.ts'

describe('a command', () => {
  it.each([
    ['npm test', 'npm test'],
    ['npm t', 'npm'],
    ['npm run test:unit -- reader', 'npm run test:unit'],
    ['CI=1 npm test', 'npm test'],
    ['cd web && npm test', 'npm test'],
    ['cd web; npm test', 'npm test'],
    ['npm test && git commit -m "it works"', 'npm test'],
    ['npm test > out.txt 2>&1', 'npm test'],
    ['npm test 2>&1', 'npm test'],
    ['timeout 600 npm test', 'npm test'],
    ["bash -lc 'npm test'", 'npm test'],
    ['set -o pipefail; npm test | tail -5', 'npm test'],
    ['npm install || exit 1; npm test', 'npm test'],
    ['pnpm test', 'pnpm test'],
    ['yarn test', 'yarn test'],
    ['yarn jest', 'jest'],
    ['bun test', 'bun test'],
    ['npx --yes vitest run src', 'vitest'],
    ['./node_modules/.bin/vitest run', 'vitest'],
    ['node node_modules/vitest/vitest.mjs run', undefined],
    ['node --test', 'node --test'],
    ['npx jest -t "a reader"', 'jest'],
    ['pytest -q', 'pytest'],
    ['uv run pytest', 'pytest'],
    ['python3 -m pytest tests', 'pytest'],
    ['python -m unittest discover', 'unittest'],
    ['python manage.py test', 'manage.py test'],
    ['go test ./...', 'go test'],
    ['cargo test -- --nocapture', 'cargo test'],
    ['cargo nextest run', 'cargo nextest'],
    ['mvn -q test', 'mvn'],
    ['./mvnw -V verify', 'mvnw'],
    ['./gradlew :app:test', 'gradlew :app:test'],
    ['dotnet test', 'dotnet test'],
    ['bundle exec rspec', 'rspec'],
    ['bin/rails test', 'rails test'],
    ['vendor/bin/phpunit', 'phpunit'],
    ['php artisan test', 'artisan test'],
    ['mix test', 'mix test'],
    ['make -j4 test', 'make'],
    ['ctest -V', 'ctest'],
    ['deno test', 'deno test'],
    ['swift test', 'swift test'],
  ])('%s proves by its success what %s found', (command, runner) => {
    expect(testRunIn(command)).toEqual(
      runner === undefined ? undefined : expect.objectContaining({ runner, proves: true }),
    )
  })

  it.each([
    'npm test || true',
    'npm test; true',
    'npm test; echo done',
    'npm test\necho done',
    'npm test | tail -5',
    'npm test &',
    '! npm test',
    'true || npm test',
    'exit 0; npm test',
    'npm install || exit 0; npm test',
    'if npm test; then echo ok; fi',
    '(npm test)',
    'echo $(npm test) && npm test; ls',
    'npm test || echo failed',
    "bash -c 'npm test || true'",
    'npm test <<EOF\nx\nEOF',
    'npm test "',
  ])('%j proves nothing by its success', (command) => {
    expect(testRunIn(command)?.proves).not.toBe(true)
  })

  it.each([
    'echo npm test',
    'echo "npm test"',
    '# npm test',
    'grep -rn "npm test" docs',
    'git commit -m "npm test passes"',
    'npm install jest',
    'npm test --help',
    'pytest --collect-only',
    'cargo test --no-run',
    'go test -list .',
    'vitest list',
    'ctest -N',
    'make -n test',
    'mvn -DskipTests package',
    'jest --listTests',
    'cat test.txt',
    'ls tests',
    '',
  ])('%j runs no tests', (command) => {
    expect(testRunIn(command)).toBeUndefined()
  })

  it('blames the tests for its failure only where nothing else can have failed', () => {
    expect(testRunIn('cd web && npm test')).toMatchObject({ blames: true })
    expect(testRunIn('npm run build && npm test')).toMatchObject({ proves: true, blames: false })
    expect(testRunIn('npm test && npm run deploy')).toMatchObject({ proves: true, blames: false })
  })

  it('of a megabyte is read in a moment and proves nothing', () => {
    expect(testRunIn(`${'npm test && '.repeat(90_000)}npm test`)?.proves).toBe(false)
    expect(testRunIn('"'.repeat(1_000_000))).toBeUndefined()
  })
})
