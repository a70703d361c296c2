const LOGIN = /log-?in|sign-?in|auth|sso|oauth|session/i;

/** Where a redirect points, fit to be shown. */
export interface Redirect {
  /** Its address without user, query and fragment, which may hold a ticket; `undefined` where it names none. */
  readonly place: string | undefined;
  /** Whether the address reads like that of a login page. */
  readonly isLogin: boolean;
}

/** What the `location` of an answer says. */
export function readRedirect(location: string | undefined): Redirect {
  const place = location?.replace(/[?#].*$/s, '').replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/@]*@/i, '$1');
  return place === undefined || place === ''
    ? { place: undefined, isLogin: false }
    : { place, isLogin: LOGIN.test(place) };
}
