/** Something that the person who ran the command can put right: its message is all that is printed. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
