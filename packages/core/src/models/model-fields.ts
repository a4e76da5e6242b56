import { getMetadataStorage } from 'class-validator';

/** A class whose decorated fields say what it holds. */
export type ModelClass = new () => object;

/** The fields of a model that have a decorator of class-validator, its own or of a base, in their order. */
export function readFields(model: ModelClass): readonly string[] {
  return [...new Set(fieldMetadata(model).map(({ propertyName }) => propertyName))];
}

/** Whether a class has a field with a decorator of class-validator. */
export function hasValidatedFields(model: ModelClass): boolean {
  return fieldMetadata(model).length > 0;
}

/** Whether a field is declared to be any object, by @IsObject. */
export function isAnyObject(model: ModelClass, field: string): boolean {
  return fieldMetadata(model).some(({ propertyName, name }) => propertyName === field && name === 'isObject');
}

function fieldMetadata(model: ModelClass): { propertyName: string; name?: string }[] {
  return getMetadataStorage().getTargetValidationMetadatas(model, '', false, false);
}
