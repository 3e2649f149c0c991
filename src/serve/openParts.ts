// Opens whatever lives in the host beside the REST API.

import { noParts, type OpenParts } from './parts.ts'

export const openParts: OpenParts = async () => noParts
