//! What all pages have around their content.

/// What the pages may load: what is theirs. Stands in the pages too, which are files for any web server.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'";

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Reference,
    Matrix,
    Flows,
}

impl Page {
    const ALL: [Self; 3] = [Self::Reference, Self::Matrix, Self::Flows];

    const fn file(self) -> &'static str {
        match self {
            Self::Reference => "index.html",
            Self::Matrix => "matrix.html",
            Self::Flows => "flows.html",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Reference => "Reference",
            Self::Matrix => "RPCs and versions",
            Self::Flows => "Flows",
        }
    }
}

/// A whole page: `main` is the HTML of its content.
///
/// Scripts and documents come from where the page came from and from nowhere else. Swagger UI puts styles on its
/// elements and pictures into them.
pub(crate) fn page(page: Page, main: &str) -> String {
    let links: String = Page::ALL
        .into_iter()
        .map(|other| {
            let current = if other == page {
                " aria-current=\"page\""
            } else {
                ""
            };
            format!(
                "<a href=\"{}\"{current}>{}</a>",
                other.file(),
                other.title()
            )
        })
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{CONTENT_SECURITY_POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} – federation API</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"page.css\">\n</head>\n<body>\n\
         <header><p class=\"name\">Federation API</p><nav aria-label=\"Pages\">{links}</nav></header>\n\
         <main>\n<h1>{title}</h1>\n{main}</main>\n</body>\n</html>\n",
        title = page.title(),
    )
}

/// A text as it is written in HTML and SVG, in elements and in attributes.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Where an RPC is in the reference.
pub(crate) fn link(version: u8, component: &str, operation: &str) -> String {
    format!("index.html#v{version}/{component}/{operation}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_one_is_on_is_marked() {
        let html = page(Page::Flows, "<p>x</p>");
        assert!(html.contains("<a href=\"flows.html\" aria-current=\"page\">Flows</a>"));
        assert_eq!(html.matches("aria-current").count(), 1);
    }

    #[test]
    fn nothing_breaks_out_of_a_text() {
        assert_eq!(escaped("<a \"b\" & c>"), "&lt;a &quot;b&quot; &amp; c&gt;");
    }
}
