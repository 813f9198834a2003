/** What a space, or an inbox, can be called: the name is a part of URLs. */
export const spaceName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The same in words, for errors. */
export const spaceNameExpected = 'one to 64 letters, digits, ".", "_" and "-", the first a letter or a digit';
