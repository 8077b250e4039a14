// What the calls in calls.ts have in common: where a case is called, and what is told of its answer.

/** The error body of every operation: the generated type of each must fit this. */
interface TypedError {
  code: number;
  label: string;
  message: string;
}

interface Answer<Data, Failure extends TypedError> {
  data?: Data;
  error?: Failure;
  response: Response;
}

/** Makes one call and prints what came of it, as one line of JSON. */
export async function report<Data, Failure extends TypedError>(
  id: string,
  call: (baseUrl: string) => Promise<Answer<Data, Failure>>,
): Promise<void> {
  const told: { case: string; status?: number; value?: unknown; bytes?: string; fault?: string } = { case: id };
  try {
    const { data, error, response } = await call(`${process.argv[2]}/${id}`);
    told.status = response.status;
    if (data instanceof ArrayBuffer) told.bytes = Buffer.from(data).toString("base64");
    else told.value = response.ok ? data : error;
  } catch (fault) {
    told.fault = String(fault);
  }
  console.log(JSON.stringify(told));
}
