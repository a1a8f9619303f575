import type * as z from 'zod/mini';
import { compile } from 'zod/v4/core';

/** The same schema as generated code, which reads several times as fast. Making it takes some 5 ms. */
export const compiled = <S extends z.core.$ZodType>(schema: S): S => compile(schema);
