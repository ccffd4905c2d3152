/** What the configuration is injected by: `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('Config');
