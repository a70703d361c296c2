type Info = Readonly<Record<string, unknown>>;

const ROUTER = 'text-generation-router';

/** Whether the answer of `/info` is that of TGI's router; before 2.0.4 it does not name itself, and is known by its limits. */
export const isTgiInfo = (info: Info | undefined): info is Info =>
  info !== undefined &&
  (info['router'] === ROUTER || (info['router'] === undefined && 'max_concurrent_requests' in info));
