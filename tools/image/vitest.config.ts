import { projectConfig } from '../workspace/vitest-project.ts';

export default projectConfig('image');
