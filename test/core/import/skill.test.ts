import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { planSkillImport } from '#core/import/skill.ts'

const script = (name: string, text = 'true') => ({ name, content: new TextEncoder().encode(text) })

test('each script becomes a button named after the folder, described by the heading', () => {
  const drafts = planSkillImport({
    directory: 'rel.skill',
    text: '\n## Release things\n\nMore\n',
    scripts: [script('build.sh'), script('ship.py'), script('tool', '#!/usr/bin/env node\n')],
  })
  expect(drafts.map(({ name, source, description }) => ({ name, source, description }))).toEqual([
    {
      name: 'rel-build',
      source: { kind: 'code', runtime: 'shell', content: script('').content },
      description: 'Release things',
    },
    {
      name: 'rel-ship',
      source: { kind: 'code', runtime: 'python', content: script('').content },
      description: 'Release things',
    },
    {
      name: 'rel-tool',
      source: {
        kind: 'code',
        runtime: 'node',
        content: new TextEncoder().encode('#!/usr/bin/env node\n'),
      },
      description: 'Release things',
    },
  ])
})

test('a skill without scripts is one prompt button with a timeout', () => {
  expect(
    planSkillImport({ directory: 'review', text: '# Review\n\nLook.\n', scripts: [] }),
  ).toEqual([
    {
      name: 'review',
      description: 'Review',
      prompt: '# Review\n\nLook.',
      args: [],
      timeoutSeconds: 300,
      source: { kind: 'prompt' },
    },
  ])
})

test('neither scripts nor text is an error', () => {
  expect(() => planSkillImport({ directory: 'x', scripts: [] })).toThrow(
    expect.objectContaining({ code: 'IMPORT_ERROR' }),
  )
})

test('a given name counts when there is one button', () => {
  const names = (scripts: string[]) =>
    planSkillImport(
      { directory: 'd', text: 'x', scripts: scripts.map((s) => script(s)) },
      'mine',
    ).map(({ name }) => name)
  expect(names([])).toEqual(['mine'])
  expect(names(['a.sh'])).toEqual(['mine'])
  expect(names(['a.sh', 'b.sh'])).toEqual(['d-a', 'd-b'])
})

test.each([
  ['# Title', 'Title'],
  ['\n\n  Plain words\nmore', 'Plain words'],
  ['---\nname: x\ndescription: Ships it: fast\n---\n# Title', 'Ships it: fast'],
  ['---\ndescription: "Say \\"hi\\""\n---\n', 'Say "hi"'],
  ["---\ndescription: 'It''s here'\n---\n", "It's here"],
  ['---\ndescription: >-\n  First part\n  and second\nname: x\n---\n', 'First part and second'],
  ['---\r\ndescription: Windows\r\n---\r\n', 'Windows'],
  ['---\nname: x\n---\n\n# Title\n', 'Title'],
  ['---\nnever closed', '---'],
  ['\uFEFF# Title', 'Title'],
])('%j is described as %j', (text, description) => {
  expect(planSkillImport({ directory: 'x', text, scripts: [] })[0]!.description).toBe(description)
})

test('any text gives a prompt button', () => {
  const text = fc.array(fc.oneof(fc.string(), fc.constantFrom('---', '\n', 'description:', '# ')))
  fc.assert(
    fc.property(text, (pieces) => {
      const drafts = planSkillImport({ directory: 'x', text: pieces.join(''), scripts: [] })
      expect(drafts).toHaveLength(1)
      expect(drafts[0]!.description ?? '').not.toMatch(/\n/)
    }),
  )
})
