export default {
  extends: "stylelint-config-standard",
  rules: {
    // script/finish-dist reads the imports of main.css.
    "import-notation": "string",
    // Safari knows it by no other name.
    "property-no-vendor-prefix": [true, { ignoreProperties: ["-webkit-text-size-adjust"] }],
    // Names of fonts.
    "value-keyword-case": ["lower", { ignoreProperties: ["/^--font/"] }],
    // Classes may end in a code of the API.
    "selector-class-pattern": "^[a-z][a-z0-9]*([-_][a-z0-9]+)*$",
    // Empty lines group what belongs together.
    "comment-empty-line-before": null,
    "custom-property-empty-line-before": null,
    "declaration-empty-line-before": null,
    // Rules are in the order of what is on the screen; most of these never match the same element.
    "no-descending-specificity": null,
  },
  overrides: [
    {
      // What uses the tokens: layers and the widths at which the layout changes have their names there.
      files: ["style/{base,print}.css", "style/{ui,features}/*.css"],
      rules: {
        "media-feature-name-disallowed-list": ["width", "height", "/^(min|max)-/"],
        "declaration-property-value-allowed-list": { "z-index": ["/^var\\(--layer-/"] },
      },
    },
  ],
};
