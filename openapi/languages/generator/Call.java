// Calls every case with the clients of openapi-generator's `java` (library `native`): Call BASE CASES

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Set;

public class Call {
    private static final Set<String> HEADERS = Set.of("wireOriginRequestId", "requestId", "wireOriginIP");

    public static void main(String[] arguments) throws Exception {
        ObjectMapper json = new ObjectMapper();
        for (JsonNode one : json.readTree(new File(arguments[1]))) {
            ObjectNode told = json.createObjectNode();
            told.put("case", one.get("id").asText());
            try {
                call(one, arguments[0] + "/" + one.get("id").asText(), told);
            } catch (Exception fault) {
                told.put("fault", fault.toString());
            }
            System.out.println(json.writeValueAsString(told));
        }
    }

    private static void call(JsonNode one, String base, ObjectNode told) throws Exception {
        String component = one.get("component").asText();
        String name = capital(component) + "Api";
        Class<?> clientType = Class.forName(component + ".ApiClient");
        Object client = clientType.getConstructor().newInstance();
        clientType.getMethod("updateBaseUri", String.class).invoke(client, base);
        ObjectMapper mapper = (ObjectMapper) clientType.getMethod("getObjectMapper").invoke(client);
        // Or `{"Left": …}` would fit the class for `{"Right": …}` too, with nothing in it.
        mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        clientType.getMethod("setObjectMapper", ObjectMapper.class).invoke(client, mapper);
        // A map keeps what is null in it.
        ObjectMapper writer = mapper.copy().setSerializationInclusion(JsonInclude.Include.ALWAYS);
        Class<?> apiType = Class.forName(component + ".api." + name);
        Object api = apiType.getConstructor(clientType).newInstance(client);

        String wanted = one.get("operation").asText() + "WithHttpInfo";
        Method method = Arrays.stream(apiType.getMethods()).filter(each -> each.getName().equals(wanted))
            .min(Comparator.comparing(Method::getParameterCount)).orElseThrow();
        Parameter[] parameters = method.getParameters();
        Object[] values = new Object[parameters.length];
        for (int number = 0; number < parameters.length; number++) {
            String parameter = parameters[number].getName();
            if (parameter.equals("wireOriginDomain")) {
                values[number] = one.get("origin").asText();
            } else if (parameter.equals("xWireAPIVersion")) {
                values[number] = one.get("send_version").asBoolean()
                    ? mapper.convertValue(one.get("version"), parameters[number].getType()) : null;
            } else if (!HEADERS.contains(parameter)) {
                // This generator sends a text as it is, without the quotes that make JSON of it.
                values[number] = parameters[number].getType() == String.class
                    ? one.get("request").toString()
                    : mapper.readValue(one.get("request").toString(), mapper.constructType(parameters[number].getParameterizedType()));
            }
        }
        try {
            Object answer = method.invoke(api, values);
            told.put("status", (int) answer.getClass().getMethod("getStatusCode").invoke(answer));
            Object data = answer.getClass().getMethod("getData").invoke(answer);
            if (one.get("stream").asBoolean()) {
                told.put("bytes", Base64.getEncoder().encodeToString(Files.readAllBytes(((File) data).toPath())));
            } else {
                told.set("value", writer.valueToTree(data));
            }
        } catch (InvocationTargetException thrown) {
            Throwable error = thrown.getCause();
            if (!error.getClass().getSimpleName().equals("ApiException")) {
                throw thrown;
            }
            int status = (int) error.getClass().getMethod("getCode").invoke(error);
            if (status == 0) {
                throw new Exception(String.valueOf(error.getCause()));
            }
            // The body is a text here; each error has its class all the same.
            String body = (String) error.getClass().getMethod("getResponseBody").invoke(error);
            String schema = one.get("answer_schemas").get(String.valueOf(status)).get("$ref").asText();
            Class<?> type = Class.forName(component + ".model." + schema.substring(schema.lastIndexOf('/') + 1));
            told.put("status", status);
            told.set("value", writer.valueToTree(mapper.readValue(body, type)));
        }
    }

    private static String capital(String name) {
        return name.substring(0, 1).toUpperCase() + name.substring(1);
    }
}
