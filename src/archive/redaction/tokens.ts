import { type Detector, token } from './detector.ts'
import { looksRandom, makesNoWords } from './entropy.ts'

const HEX = [...'0123456789abcdef']

/**
 * Tokens that their issuers made recognisable: a prefix, an alphabet, a length.
 *
 * Lengths are lower bounds a little below what issuers document, so that a longer new edition is still found.
 * Sources: the issuers' pages on secret scanning and the published rule sets of gitleaks and secretlint (2026).
 */
export const tokens: readonly Detector[] = [
  token('daybook-token', ['daybook_'], /daybook_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/),
  token('aws-access-key', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], /A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])/),
  // Temporary credentials: base64 of a block that begins with where they were issued.
  token(
    'aws-session-token',
    ['IQoJb3JpZ2luX2Vj', 'FwoGZXIvYXdz'],
    /(?:IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz)[A-Za-z0-9+/]{80,}={0,2}/,
  ),
  token('github-token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /gh[pousr]_[A-Za-z0-9]{30,}/),
  token('github-fine-grained-token', ['github_pat_'], /github_pat_[A-Za-z0-9_]{22,}/),
  token(
    'gitlab-token',
    ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'glft-', 'glsoat-', 'glimt-', 'glagent-', 'gloas-', 'glffct-'],
    /gl[a-z]{2,5}-[A-Za-z0-9_=-]{20,}(?:\.[A-Za-z0-9_-]{2,})*/,
    { accepts: isMade },
  ),
  token(
    'slack-token',
    ['xoxa-', 'xoxb-', 'xoxc-', 'xoxd-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    /(?:xox[abcdeoprs](?:\.xox[bp])?|xapp)-[A-Za-z0-9%/+-]{10,}=*/,
    { accepts: isMade },
  ),
  token(
    'slack-webhook',
    ['hooks.slack.com'],
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9_/-]{20,})/,
  ),
  token('anthropic-key', ['sk-ant-'], /sk-ant-[A-Za-z0-9_-]{20,}/),
  token('openrouter-key', ['sk-or-'], /sk-or-[A-Za-z0-9_-]{32,}/),
  token(
    'openai-key',
    ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'],
    /sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}/,
  ),
  token('openai-key', ['sk-'], /sk-[A-Za-z0-9]{20,}(?![A-Za-z0-9_-])/, { accepts: looksRandom }),
  token('google-api-key', ['AIza'], /AIza[A-Za-z0-9_-]{33,40}(?![A-Za-z0-9_-])/),
  token('google-oauth-token', ['ya29.'], /ya29\.[A-Za-z0-9_-]{20,}/),
  token('google-refresh-token', ['1//0'], /1\/\/0[A-Za-z0-9_-]{30,}/, { accepts: looksRandom }),
  token('google-client-secret', ['GOCSPX-'], /GOCSPX-[A-Za-z0-9_-]{20,}/),
  token('azure-storage-key', ['AccountKey'], /AccountKey\s*=\s*([A-Za-z0-9+/]{40,}={0,2})/, { spaced: true }),
  token('azure-connection-key', ['SharedAccessKey'], /SharedAccessKey\s*=\s*([A-Za-z0-9+/]{30,}={0,2})/, {
    spaced: true,
  }),
  token('azure-sas-signature', ['sig='], /sig=([A-Za-z0-9%+/_-]{40,}={0,2})/, { accepts: looksRandom }),
  token('azure-client-secret', ['7Q~', '8Q~'], /[A-Za-z0-9_.~-]{3}[78]Q~[A-Za-z0-9_.~-]{31,34}/, { before: 3 }),
  token('stripe-key', ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'], /[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/),
  token('stripe-webhook-secret', ['whsec_'], /whsec_[A-Za-z0-9+/]{24,}={0,2}/),
  token(
    'twilio-key',
    HEX.map((digit) => `SK${digit}`),
    /SK[0-9a-f]{32}(?![A-Za-z0-9])/,
  ),
  token('sendgrid-key', ['SG.'], /SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}/, { accepts: isMade }),
  token('mailgun-key', ['key-'], /key-[0-9a-f]{32}(?![A-Za-z0-9])/),
  token('npm-token', ['npm_'], /npm_[A-Za-z0-9]{30,}/),
  token('pypi-token', ['pypi-'], /pypi-[A-Za-z0-9_-]{40,}/, { accepts: looksRandom }),
  token('rubygems-key', ['rubygems_'], /rubygems_[0-9a-f]{40,}/),
  token('crates-token', ['cio'], /cio[A-Za-z0-9]{32}(?![A-Za-z0-9])/, { accepts: looksRandom }),
  token('docker-hub-token', ['dckr_pat_', 'dckr_oat_'], /dckr_[po]at_[A-Za-z0-9_-]{20,}/),
  token('hugging-face-token', ['hf_', 'api_org_'], /(?:hf_|api_org_)[A-Za-z0-9]{30,}/),
  token('digitalocean-token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], /do[opr]_v1_[0-9a-f]{40,}/),
  token(
    'discord-webhook',
    ['discord.com', 'discordapp.com'],
    /discord(?:app)?\.com\/api\/(?:v[0-9]+\/)?webhooks\/([0-9]{15,22}\/[A-Za-z0-9_-]{40,})/,
  ),
  token(
    'shopify-token',
    ['shpat_', 'shpss_', 'shpca_', 'shppa_', 'shptka_'],
    /shp(?:at|ss|ca|pa|tka)_[A-Za-z0-9]{24,}/,
  ),
  token('databricks-token', ['dapi'], /dapi[0-9a-f]{32}(?:-[0-9]{1,2})?(?![A-Za-z0-9])/),
  token('vault-token', ['hvs.', 'hvb.', 'hvr.'], /hv[sbr]\.[A-Za-z0-9_-]{20,}/, { accepts: isMade }),
  token('terraform-token', ['.atlasv1.'], /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{50,}/, { before: 14 }),
  token('age-key', ['AGE-SECRET-KEY-'], /AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{40,}/i),
  token('grafana-token', ['glsa_', 'glc_'], /gl(?:sa|c)_[A-Za-z0-9+/_]{30,}={0,2}/, { accepts: isMade }),
  token('groq-key', ['gsk_'], /gsk_[A-Za-z0-9]{40,}/),
  token('perplexity-key', ['pplx-'], /pplx-[A-Za-z0-9]{40,}/),
  token('xai-key', ['xai-'], /xai-[A-Za-z0-9]{60,}/),
  token('replicate-token', ['r8_'], /r8_[A-Za-z0-9]{36,40}(?![A-Za-z0-9])/),
  token('linear-key', ['lin_api_', 'lin_oauth_'], /lin_(?:api|oauth)_[A-Za-z0-9]{32,}/),
  token('notion-token', ['ntn_', 'secret_'], /(?:ntn|secret)_[A-Za-z0-9]{40,50}(?![A-Za-z0-9])/, {
    accepts: looksRandom,
    least: 40,
  }),
  token('figma-token', ['figd_'], /figd_[A-Za-z0-9_-]{36,}/),
  token('sentry-token', ['sntrys_', 'sntryu_'], /sntry[su]_[A-Za-z0-9_+/=-]{40,}/),
  token('supabase-key', ['sbp_', 'sb_secret_'], /(?:sbp_[0-9a-f]{36,}|sb_secret_[A-Za-z0-9_-]{20,})/),
  token('planetscale-token', ['pscale_tkn_', 'pscale_pw_'], /pscale_(?:tkn|pw)_[A-Za-z0-9_.=-]{30,}/),
  token('pulumi-token', ['pul-'], /pul-[0-9a-f]{40}(?![A-Za-z0-9])/),
  token('postman-key', ['PMAK-'], /PMAK-[0-9a-f]{24}-[0-9a-f]{30,}/),
  token('new-relic-key', ['NRAK-'], /NRAK-[A-Z0-9]{24,}/),
  token('atlassian-token', ['ATATT3', 'ATCTT3', 'ATBB'], /AT(?:ATT3|CTT3|BB)[A-Za-z0-9_=-]{24,}/, {
    accepts: looksRandom,
  }),
  token(
    'doppler-token',
    ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.'],
    /dp\.(?:pt|st|ct|sa)\.(?:[a-z0-9_-]+\.)?[A-Za-z0-9]{40,}/,
  ),
  token('square-token', ['sq0atp-', 'sq0csp-'], /sq0(?:atp|csp)-[A-Za-z0-9_-]{20,}/),
  // The same four letters stand in the middle of much base64: nothing of that may lie before or behind it.
  token('square-token', ['EAAA'], /(?<![A-Za-z0-9+/=][+/=_-])EAAA[A-Za-z0-9_-]{60}(?![A-Za-z0-9+/=_-])/, {
    accepts: makesNoWords,
    least: 60,
  }),
  token('alibaba-key', ['LTAI'], /LTAI[A-Za-z0-9]{16,24}(?![A-Za-z0-9])/, { accepts: isMade }),
  token('fly-token', ['fo1_', 'fm2_'], /(?:fo1_[A-Za-z0-9_-]{40,}|fm2_[A-Za-z0-9+/=]{60,})/),
  token('onepassword-token', ['ops_eyJ'], /ops_eyJ[A-Za-z0-9+/_-]{200,}={0,2}/),
]

/** Made by a machine: a digit in it, or letters that make no words. `glpat-your-token-goes-here` is not. */
function isMade(text: string): boolean {
  return /[0-9]/.test(text) || makesNoWords(text)
}
