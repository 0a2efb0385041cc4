// @ts-nocheck: generated from contract/journal.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const header = validate30 as unknown as SchemaCheck;
const schema12 = {"type":"object","required":["seq","time","type","schemaVersion","run","trial","attempt","fingerprint","spec","environment"],"properties":{"seq":{"$ref":"#/definitions/small"},"time":{"type":"string"},"type":{"const":"header"},"schemaVersion":{"const":1},"run":{"type":"string"},"trial":{"type":"string"},"attempt":{"$ref":"#/definitions/small"},"fingerprint":{"type":"string"},"spec":{"$ref":"#/definitions/spec"},"environment":{"$ref":"#/definitions/environment"},"ownKinds":{"type":"array","items":{"$ref":"#/definitions/ownFile"}}}};
const schema13 = {"type":"integer","minimum":0,"maximum":2147483647};
const schema32 = {"type":"object","required":["file","sha256","kinds","commit","dirty"],"properties":{"file":{"type":"string","maxLength":4096},"sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"kinds":{"type":"array","items":{"type":"string","maxLength":4096},"maxItems":1000},"commit":{"type":["string","null"]},"dirty":{"type":"boolean"}}};
const schema15 = {"type":"object","required":["implementation","task","scale","role","model","method","teacher","recipe","data","seed"],"properties":{"implementation":{"enum":["redistill","official","external"]},"task":{"enum":["classification","detection","segmentation"]},"scale":{"enum":["paper","proxy","own","smoke"]},"role":{"enum":["teacher","student"]},"model":{"$ref":"#/definitions/text"},"method":{"$ref":"#/definitions/text"},"teacher":{"type":["object","null"],"required":["kind","model"],"properties":{"kind":{"enum":["trial","checkpoint","unrecorded"]},"model":{"$ref":"#/definitions/text"}},"allOf":[{"if":{"properties":{"kind":{"const":"trial"}}},"then":{"required":["trial"],"properties":{"trial":{"$ref":"#/definitions/text"}}}},{"if":{"properties":{"kind":{"const":"checkpoint"}}},"then":{"required":["sha256"],"properties":{"sha256":{"$ref":"#/definitions/text"}}}}]},"recipe":{"type":"object","required":["name","epochs"],"properties":{"name":{"$ref":"#/definitions/text"},"epochs":{"$ref":"#/definitions/small"}}},"data":{"type":"object","required":["dataset","hash"],"properties":{"dataset":{"$ref":"#/definitions/text"},"hash":{"$ref":"#/definitions/text"}}},"seed":{"$ref":"#/definitions/count"}}};
const schema16 = {"type":"string","maxLength":65536};
const schema25 = {"type":"integer","minimum":0,"maximum":9007199254740991};

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((data.implementation === undefined) && (missing0 = "implementation")) || ((data.task === undefined) && (missing0 = "task"))) || ((data.scale === undefined) && (missing0 = "scale"))) || ((data.role === undefined) && (missing0 = "role"))) || ((data.model === undefined) && (missing0 = "model"))) || ((data.method === undefined) && (missing0 = "method"))) || ((data.teacher === undefined) && (missing0 = "teacher"))) || ((data.recipe === undefined) && (missing0 = "recipe"))) || ((data.data === undefined) && (missing0 = "data"))) || ((data.seed === undefined) && (missing0 = "seed"))){
validate12.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema15.required,parentSchema:schema15,data}];
return false;
}
else {
if(data.implementation !== undefined){
let data0 = data.implementation;
const _errs1 = errors;
if(!(((data0 === "redistill") || (data0 === "official")) || (data0 === "external"))){
validate12.errors = [{instancePath:instancePath+"/implementation",schemaPath:"#/properties/implementation/enum",keyword:"enum",params:{allowedValues: schema15.properties.implementation.enum},message:"must be equal to one of the allowed values",schema:schema15.properties.implementation.enum,parentSchema:schema15.properties.implementation,data:data0}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.task !== undefined){
let data1 = data.task;
const _errs2 = errors;
if(!(((data1 === "classification") || (data1 === "detection")) || (data1 === "segmentation"))){
validate12.errors = [{instancePath:instancePath+"/task",schemaPath:"#/properties/task/enum",keyword:"enum",params:{allowedValues: schema15.properties.task.enum},message:"must be equal to one of the allowed values",schema:schema15.properties.task.enum,parentSchema:schema15.properties.task,data:data1}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.scale !== undefined){
let data2 = data.scale;
const _errs3 = errors;
if(!((((data2 === "paper") || (data2 === "proxy")) || (data2 === "own")) || (data2 === "smoke"))){
validate12.errors = [{instancePath:instancePath+"/scale",schemaPath:"#/properties/scale/enum",keyword:"enum",params:{allowedValues: schema15.properties.scale.enum},message:"must be equal to one of the allowed values",schema:schema15.properties.scale.enum,parentSchema:schema15.properties.scale,data:data2}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.role !== undefined){
let data3 = data.role;
const _errs4 = errors;
if(!((data3 === "teacher") || (data3 === "student"))){
validate12.errors = [{instancePath:instancePath+"/role",schemaPath:"#/properties/role/enum",keyword:"enum",params:{allowedValues: schema15.properties.role.enum},message:"must be equal to one of the allowed values",schema:schema15.properties.role.enum,parentSchema:schema15.properties.role,data:data3}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.model !== undefined){
let data4 = data.model;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data4 === "string"){
if(data4.length > 65536){
validate12.errors = [{instancePath:instancePath+"/model",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema16,data:data4}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/model",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data4}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.method !== undefined){
let data5 = data.method;
const _errs8 = errors;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data5 === "string"){
if(data5.length > 65536){
validate12.errors = [{instancePath:instancePath+"/method",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema16,data:data5}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/method",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data5}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.teacher !== undefined){
let data6 = data.teacher;
const _errs11 = errors;
if((!(data6 && typeof data6 == "object" && !Array.isArray(data6))) && (data6 !== null)){
validate12.errors = [{instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/type",keyword:"type",params:{type: schema15.properties.teacher.type},message:"must be object,null",schema:schema15.properties.teacher.type,parentSchema:schema15.properties.teacher,data:data6}];
return false;
}
const _errs13 = errors;
const _errs14 = errors;
let valid4 = true;
const _errs15 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.kind !== undefined){
if("trial" !== data6.kind){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
var _valid0 = _errs15 === errors;
errors = _errs14;
if(vErrors !== null){
if(_errs14){
vErrors.length = _errs14;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs17 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((data6.trial === undefined) && (missing1 = "trial")){
validate12.errors = [{instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/allOf/0/then/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema15.properties.teacher.allOf[0].then.required,parentSchema:schema15.properties.teacher.allOf[0].then,data:data6}];
return false;
}
else {
if(data6.trial !== undefined){
let data8 = data6.trial;
const _errs19 = errors;
if(errors === _errs19){
if(typeof data8 === "string"){
if(data8.length > 65536){
validate12.errors = [{instancePath:instancePath+"/teacher/trial",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema16,data:data8}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/teacher/trial",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data8}];
return false;
}
}
}
}
}
var _valid0 = _errs17 === errors;
valid4 = _valid0;
}
if(!valid4){
const err1 = {instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/allOf/0/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema15.properties.teacher.allOf[0].if,parentSchema:schema15.properties.teacher.allOf[0],data:data6};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate12.errors = vErrors;
return false;
}
var valid3 = _errs13 === errors;
if(valid3){
const _errs21 = errors;
const _errs22 = errors;
let valid8 = true;
const _errs23 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.kind !== undefined){
if("checkpoint" !== data6.kind){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
var _valid1 = _errs23 === errors;
errors = _errs22;
if(vErrors !== null){
if(_errs22){
vErrors.length = _errs22;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs25 = errors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if((data6.sha256 === undefined) && (missing2 = "sha256")){
validate12.errors = [{instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/allOf/1/then/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema15.properties.teacher.allOf[1].then.required,parentSchema:schema15.properties.teacher.allOf[1].then,data:data6}];
return false;
}
else {
if(data6.sha256 !== undefined){
let data10 = data6.sha256;
const _errs27 = errors;
if(errors === _errs27){
if(typeof data10 === "string"){
if(data10.length > 65536){
validate12.errors = [{instancePath:instancePath+"/teacher/sha256",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema16,data:data10}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/teacher/sha256",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data10}];
return false;
}
}
}
}
}
var _valid1 = _errs25 === errors;
valid8 = _valid1;
}
if(!valid8){
const err3 = {instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/allOf/1/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema15.properties.teacher.allOf[1].if,parentSchema:schema15.properties.teacher.allOf[1],data:data6};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate12.errors = vErrors;
return false;
}
var valid3 = _errs21 === errors;
}
if(errors === _errs11){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing3;
if(((data6.kind === undefined) && (missing3 = "kind")) || ((data6.model === undefined) && (missing3 = "model"))){
validate12.errors = [{instancePath:instancePath+"/teacher",schemaPath:"#/properties/teacher/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema15.properties.teacher.required,parentSchema:schema15.properties.teacher,data:data6}];
return false;
}
else {
if(data6.kind !== undefined){
let data11 = data6.kind;
const _errs29 = errors;
if(!(((data11 === "trial") || (data11 === "checkpoint")) || (data11 === "unrecorded"))){
validate12.errors = [{instancePath:instancePath+"/teacher/kind",schemaPath:"#/properties/teacher/properties/kind/enum",keyword:"enum",params:{allowedValues: schema15.properties.teacher.properties.kind.enum},message:"must be equal to one of the allowed values",schema:schema15.properties.teacher.properties.kind.enum,parentSchema:schema15.properties.teacher.properties.kind,data:data11}];
return false;
}
var valid12 = _errs29 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data6.model !== undefined){
let data12 = data6.model;
const _errs30 = errors;
const _errs31 = errors;
if(errors === _errs31){
if(typeof data12 === "string"){
if(data12.length > 65536){
validate12.errors = [{instancePath:instancePath+"/teacher/model",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema16,data:data12}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/teacher/model",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data12}];
return false;
}
}
var valid12 = _errs30 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.recipe !== undefined){
let data13 = data.recipe;
const _errs33 = errors;
if(errors === _errs33){
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
let missing4;
if(((data13.name === undefined) && (missing4 = "name")) || ((data13.epochs === undefined) && (missing4 = "epochs"))){
validate12.errors = [{instancePath:instancePath+"/recipe",schemaPath:"#/properties/recipe/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema15.properties.recipe.required,parentSchema:schema15.properties.recipe,data:data13}];
return false;
}
else {
if(data13.name !== undefined){
let data14 = data13.name;
const _errs35 = errors;
const _errs36 = errors;
if(errors === _errs36){
if(typeof data14 === "string"){
if(data14.length > 65536){
validate12.errors = [{instancePath:instancePath+"/recipe/name",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema16,data:data14}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/recipe/name",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data14}];
return false;
}
}
var valid14 = _errs35 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data13.epochs !== undefined){
let data15 = data13.epochs;
const _errs38 = errors;
const _errs39 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate12.errors = [{instancePath:instancePath+"/recipe/epochs",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data15}];
return false;
}
if(errors === _errs39){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 2147483647 || isNaN(data15)){
validate12.errors = [{instancePath:instancePath+"/recipe/epochs",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data15}];
return false;
}
else {
if(data15 < 0 || isNaN(data15)){
validate12.errors = [{instancePath:instancePath+"/recipe/epochs",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data15}];
return false;
}
}
}
}
var valid14 = _errs38 === errors;
}
else {
var valid14 = true;
}
}
}
}
else {
validate12.errors = [{instancePath:instancePath+"/recipe",schemaPath:"#/properties/recipe/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.properties.recipe.type,parentSchema:schema15.properties.recipe,data:data13}];
return false;
}
}
var valid0 = _errs33 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.data !== undefined){
let data16 = data.data;
const _errs41 = errors;
if(errors === _errs41){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing5;
if(((data16.dataset === undefined) && (missing5 = "dataset")) || ((data16.hash === undefined) && (missing5 = "hash"))){
validate12.errors = [{instancePath:instancePath+"/data",schemaPath:"#/properties/data/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'",schema:schema15.properties.data.required,parentSchema:schema15.properties.data,data:data16}];
return false;
}
else {
if(data16.dataset !== undefined){
let data17 = data16.dataset;
const _errs43 = errors;
const _errs44 = errors;
if(errors === _errs44){
if(typeof data17 === "string"){
if(data17.length > 65536){
validate12.errors = [{instancePath:instancePath+"/data/dataset",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema16,data:data17}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/data/dataset",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data17}];
return false;
}
}
var valid17 = _errs43 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data16.hash !== undefined){
let data18 = data16.hash;
const _errs46 = errors;
const _errs47 = errors;
if(errors === _errs47){
if(typeof data18 === "string"){
if(data18.length > 65536){
validate12.errors = [{instancePath:instancePath+"/data/hash",schemaPath:"#/definitions/text/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters",schema:65536,parentSchema:schema16,data:data18}];
return false;
}
}
else {
validate12.errors = [{instancePath:instancePath+"/data/hash",schemaPath:"#/definitions/text/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data18}];
return false;
}
}
var valid17 = _errs46 === errors;
}
else {
var valid17 = true;
}
}
}
}
else {
validate12.errors = [{instancePath:instancePath+"/data",schemaPath:"#/properties/data/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.properties.data.type,parentSchema:schema15.properties.data,data:data16}];
return false;
}
}
var valid0 = _errs41 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seed !== undefined){
let data19 = data.seed;
const _errs49 = errors;
const _errs50 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
validate12.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data19}];
return false;
}
if(errors === _errs50){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 9007199254740991 || isNaN(data19)){
validate12.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data19}];
return false;
}
else {
if(data19 < 0 || isNaN(data19)){
validate12.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data19}];
return false;
}
}
}
}
var valid0 = _errs49 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate12.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.type,parentSchema:schema15,data}];
return false;
}
}
validate12.errors = vErrors;
return errors === 0;
}

const schema26 = {"type":"object","required":["hardware","os","node","tensorflow","device","threads","libvips","commit","dirty"],"properties":{"hardware":{"type":"object","required":["cpu","cores","memoryGiB","gpu"],"properties":{"cpu":{"type":"string"},"cores":{"$ref":"#/definitions/small"},"memoryGiB":{"type":["number","null"]},"gpu":{"type":["string","null"]}}},"os":{"type":"string"},"node":{"type":"string"},"tensorflow":{"type":"string"},"device":{"enum":["cpu","gpu","unrecorded"]},"gpuSettings":{"type":"object","required":["tf32","deterministic","xla"],"properties":{"tf32":{"type":"boolean"},"deterministic":{"type":"boolean"},"xla":{"type":"boolean"}}},"bfloat16":{"enum":["amx","avx512"]},"threads":{"type":"object","required":["intra","inter"],"properties":{"intra":{"$ref":"#/definitions/small"},"inter":{"$ref":"#/definitions/small"}}},"parts":{"type":"object","required":["size","gpus"],"properties":{"size":{"$ref":"#/definitions/small"},"gpus":{"$ref":"#/definitions/small"}}},"libvips":{"type":"string"},"commit":{"type":["string","null"]},"dirty":{"type":"boolean"}}};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((data.hardware === undefined) && (missing0 = "hardware")) || ((data.os === undefined) && (missing0 = "os"))) || ((data.node === undefined) && (missing0 = "node"))) || ((data.tensorflow === undefined) && (missing0 = "tensorflow"))) || ((data.device === undefined) && (missing0 = "device"))) || ((data.threads === undefined) && (missing0 = "threads"))) || ((data.libvips === undefined) && (missing0 = "libvips"))) || ((data.commit === undefined) && (missing0 = "commit"))) || ((data.dirty === undefined) && (missing0 = "dirty"))){
validate14.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema26.required,parentSchema:schema26,data}];
return false;
}
else {
if(data.hardware !== undefined){
let data0 = data.hardware;
const _errs1 = errors;
if(errors === _errs1){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing1;
if(((((data0.cpu === undefined) && (missing1 = "cpu")) || ((data0.cores === undefined) && (missing1 = "cores"))) || ((data0.memoryGiB === undefined) && (missing1 = "memoryGiB"))) || ((data0.gpu === undefined) && (missing1 = "gpu"))){
validate14.errors = [{instancePath:instancePath+"/hardware",schemaPath:"#/properties/hardware/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema26.properties.hardware.required,parentSchema:schema26.properties.hardware,data:data0}];
return false;
}
else {
if(data0.cpu !== undefined){
let data1 = data0.cpu;
const _errs3 = errors;
if(typeof data1 !== "string"){
validate14.errors = [{instancePath:instancePath+"/hardware/cpu",schemaPath:"#/properties/hardware/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties.hardware.properties.cpu.type,parentSchema:schema26.properties.hardware.properties.cpu,data:data1}];
return false;
}
var valid1 = _errs3 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data0.cores !== undefined){
let data2 = data0.cores;
const _errs5 = errors;
const _errs6 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate14.errors = [{instancePath:instancePath+"/hardware/cores",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data2}];
return false;
}
if(errors === _errs6){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 2147483647 || isNaN(data2)){
validate14.errors = [{instancePath:instancePath+"/hardware/cores",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data2}];
return false;
}
else {
if(data2 < 0 || isNaN(data2)){
validate14.errors = [{instancePath:instancePath+"/hardware/cores",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data2}];
return false;
}
}
}
}
var valid1 = _errs5 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data0.memoryGiB !== undefined){
let data3 = data0.memoryGiB;
const _errs8 = errors;
if((!((typeof data3 == "number") && (isFinite(data3)))) && (data3 !== null)){
validate14.errors = [{instancePath:instancePath+"/hardware/memoryGiB",schemaPath:"#/properties/hardware/properties/memoryGiB/type",keyword:"type",params:{type: schema26.properties.hardware.properties.memoryGiB.type},message:"must be number,null",schema:schema26.properties.hardware.properties.memoryGiB.type,parentSchema:schema26.properties.hardware.properties.memoryGiB,data:data3}];
return false;
}
var valid1 = _errs8 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data0.gpu !== undefined){
let data4 = data0.gpu;
const _errs10 = errors;
if((typeof data4 !== "string") && (data4 !== null)){
validate14.errors = [{instancePath:instancePath+"/hardware/gpu",schemaPath:"#/properties/hardware/properties/gpu/type",keyword:"type",params:{type: schema26.properties.hardware.properties.gpu.type},message:"must be string,null",schema:schema26.properties.hardware.properties.gpu.type,parentSchema:schema26.properties.hardware.properties.gpu,data:data4}];
return false;
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/hardware",schemaPath:"#/properties/hardware/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema26.properties.hardware.type,parentSchema:schema26.properties.hardware,data:data0}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.os !== undefined){
let data5 = data.os;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate14.errors = [{instancePath:instancePath+"/os",schemaPath:"#/properties/os/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties.os.type,parentSchema:schema26.properties.os,data:data5}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.node !== undefined){
let data6 = data.node;
const _errs14 = errors;
if(typeof data6 !== "string"){
validate14.errors = [{instancePath:instancePath+"/node",schemaPath:"#/properties/node/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties.node.type,parentSchema:schema26.properties.node,data:data6}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tensorflow !== undefined){
let data7 = data.tensorflow;
const _errs16 = errors;
if(typeof data7 !== "string"){
validate14.errors = [{instancePath:instancePath+"/tensorflow",schemaPath:"#/properties/tensorflow/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties.tensorflow.type,parentSchema:schema26.properties.tensorflow,data:data7}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.device !== undefined){
let data8 = data.device;
const _errs18 = errors;
if(!(((data8 === "cpu") || (data8 === "gpu")) || (data8 === "unrecorded"))){
validate14.errors = [{instancePath:instancePath+"/device",schemaPath:"#/properties/device/enum",keyword:"enum",params:{allowedValues: schema26.properties.device.enum},message:"must be equal to one of the allowed values",schema:schema26.properties.device.enum,parentSchema:schema26.properties.device,data:data8}];
return false;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.gpuSettings !== undefined){
let data9 = data.gpuSettings;
const _errs19 = errors;
if(errors === _errs19){
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
let missing2;
if((((data9.tf32 === undefined) && (missing2 = "tf32")) || ((data9.deterministic === undefined) && (missing2 = "deterministic"))) || ((data9.xla === undefined) && (missing2 = "xla"))){
validate14.errors = [{instancePath:instancePath+"/gpuSettings",schemaPath:"#/properties/gpuSettings/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema26.properties.gpuSettings.required,parentSchema:schema26.properties.gpuSettings,data:data9}];
return false;
}
else {
if(data9.tf32 !== undefined){
let data10 = data9.tf32;
const _errs21 = errors;
if(typeof data10 !== "boolean"){
validate14.errors = [{instancePath:instancePath+"/gpuSettings/tf32",schemaPath:"#/properties/gpuSettings/properties/tf32/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema26.properties.gpuSettings.properties.tf32.type,parentSchema:schema26.properties.gpuSettings.properties.tf32,data:data10}];
return false;
}
var valid3 = _errs21 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data9.deterministic !== undefined){
let data11 = data9.deterministic;
const _errs23 = errors;
if(typeof data11 !== "boolean"){
validate14.errors = [{instancePath:instancePath+"/gpuSettings/deterministic",schemaPath:"#/properties/gpuSettings/properties/deterministic/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema26.properties.gpuSettings.properties.deterministic.type,parentSchema:schema26.properties.gpuSettings.properties.deterministic,data:data11}];
return false;
}
var valid3 = _errs23 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data9.xla !== undefined){
let data12 = data9.xla;
const _errs25 = errors;
if(typeof data12 !== "boolean"){
validate14.errors = [{instancePath:instancePath+"/gpuSettings/xla",schemaPath:"#/properties/gpuSettings/properties/xla/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema26.properties.gpuSettings.properties.xla.type,parentSchema:schema26.properties.gpuSettings.properties.xla,data:data12}];
return false;
}
var valid3 = _errs25 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/gpuSettings",schemaPath:"#/properties/gpuSettings/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema26.properties.gpuSettings.type,parentSchema:schema26.properties.gpuSettings,data:data9}];
return false;
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bfloat16 !== undefined){
let data13 = data.bfloat16;
const _errs27 = errors;
if(!((data13 === "amx") || (data13 === "avx512"))){
validate14.errors = [{instancePath:instancePath+"/bfloat16",schemaPath:"#/properties/bfloat16/enum",keyword:"enum",params:{allowedValues: schema26.properties.bfloat16.enum},message:"must be equal to one of the allowed values",schema:schema26.properties.bfloat16.enum,parentSchema:schema26.properties.bfloat16,data:data13}];
return false;
}
var valid0 = _errs27 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.threads !== undefined){
let data14 = data.threads;
const _errs28 = errors;
if(errors === _errs28){
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
let missing3;
if(((data14.intra === undefined) && (missing3 = "intra")) || ((data14.inter === undefined) && (missing3 = "inter"))){
validate14.errors = [{instancePath:instancePath+"/threads",schemaPath:"#/properties/threads/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema26.properties.threads.required,parentSchema:schema26.properties.threads,data:data14}];
return false;
}
else {
if(data14.intra !== undefined){
let data15 = data14.intra;
const _errs30 = errors;
const _errs31 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate14.errors = [{instancePath:instancePath+"/threads/intra",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data15}];
return false;
}
if(errors === _errs31){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 2147483647 || isNaN(data15)){
validate14.errors = [{instancePath:instancePath+"/threads/intra",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data15}];
return false;
}
else {
if(data15 < 0 || isNaN(data15)){
validate14.errors = [{instancePath:instancePath+"/threads/intra",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data15}];
return false;
}
}
}
}
var valid4 = _errs30 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.inter !== undefined){
let data16 = data14.inter;
const _errs33 = errors;
const _errs34 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
validate14.errors = [{instancePath:instancePath+"/threads/inter",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data16}];
return false;
}
if(errors === _errs34){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 2147483647 || isNaN(data16)){
validate14.errors = [{instancePath:instancePath+"/threads/inter",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data16}];
return false;
}
else {
if(data16 < 0 || isNaN(data16)){
validate14.errors = [{instancePath:instancePath+"/threads/inter",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data16}];
return false;
}
}
}
}
var valid4 = _errs33 === errors;
}
else {
var valid4 = true;
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/threads",schemaPath:"#/properties/threads/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema26.properties.threads.type,parentSchema:schema26.properties.threads,data:data14}];
return false;
}
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.parts !== undefined){
let data17 = data.parts;
const _errs36 = errors;
if(errors === _errs36){
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
let missing4;
if(((data17.size === undefined) && (missing4 = "size")) || ((data17.gpus === undefined) && (missing4 = "gpus"))){
validate14.errors = [{instancePath:instancePath+"/parts",schemaPath:"#/properties/parts/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema26.properties.parts.required,parentSchema:schema26.properties.parts,data:data17}];
return false;
}
else {
if(data17.size !== undefined){
let data18 = data17.size;
const _errs38 = errors;
const _errs39 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate14.errors = [{instancePath:instancePath+"/parts/size",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data18}];
return false;
}
if(errors === _errs39){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 2147483647 || isNaN(data18)){
validate14.errors = [{instancePath:instancePath+"/parts/size",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data18}];
return false;
}
else {
if(data18 < 0 || isNaN(data18)){
validate14.errors = [{instancePath:instancePath+"/parts/size",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data18}];
return false;
}
}
}
}
var valid7 = _errs38 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data17.gpus !== undefined){
let data19 = data17.gpus;
const _errs41 = errors;
const _errs42 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
validate14.errors = [{instancePath:instancePath+"/parts/gpus",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data19}];
return false;
}
if(errors === _errs42){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 2147483647 || isNaN(data19)){
validate14.errors = [{instancePath:instancePath+"/parts/gpus",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data19}];
return false;
}
else {
if(data19 < 0 || isNaN(data19)){
validate14.errors = [{instancePath:instancePath+"/parts/gpus",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data19}];
return false;
}
}
}
}
var valid7 = _errs41 === errors;
}
else {
var valid7 = true;
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/parts",schemaPath:"#/properties/parts/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema26.properties.parts.type,parentSchema:schema26.properties.parts,data:data17}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.libvips !== undefined){
let data20 = data.libvips;
const _errs44 = errors;
if(typeof data20 !== "string"){
validate14.errors = [{instancePath:instancePath+"/libvips",schemaPath:"#/properties/libvips/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties.libvips.type,parentSchema:schema26.properties.libvips,data:data20}];
return false;
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.commit !== undefined){
let data21 = data.commit;
const _errs46 = errors;
if((typeof data21 !== "string") && (data21 !== null)){
validate14.errors = [{instancePath:instancePath+"/commit",schemaPath:"#/properties/commit/type",keyword:"type",params:{type: schema26.properties.commit.type},message:"must be string,null",schema:schema26.properties.commit.type,parentSchema:schema26.properties.commit,data:data21}];
return false;
}
var valid0 = _errs46 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dirty !== undefined){
let data22 = data.dirty;
const _errs48 = errors;
if(typeof data22 !== "boolean"){
validate14.errors = [{instancePath:instancePath+"/dirty",schemaPath:"#/properties/dirty/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema26.properties.dirty.type,parentSchema:schema26.properties.dirty,data:data22}];
return false;
}
var valid0 = _errs48 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate14.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema26.type,parentSchema:schema26,data}];
return false;
}
}
validate14.errors = vErrors;
return errors === 0;
}

const pattern0 = new RegExp("^[0-9a-f]{64}$", "u");

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((data.seq === undefined) && (missing0 = "seq")) || ((data.time === undefined) && (missing0 = "time"))) || ((data.type === undefined) && (missing0 = "type"))) || ((data.schemaVersion === undefined) && (missing0 = "schemaVersion"))) || ((data.run === undefined) && (missing0 = "run"))) || ((data.trial === undefined) && (missing0 = "trial"))) || ((data.attempt === undefined) && (missing0 = "attempt"))) || ((data.fingerprint === undefined) && (missing0 = "fingerprint"))) || ((data.spec === undefined) && (missing0 = "spec"))) || ((data.environment === undefined) && (missing0 = "environment"))){
validate30.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema12.required,parentSchema:schema12,data}];
return false;
}
else {
if(data.seq !== undefined){
let data0 = data.seq;
const _errs1 = errors;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate30.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 2147483647 || isNaN(data0)){
validate30.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data0}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate30.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data0}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.time !== undefined){
let data1 = data.time;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate30.errors = [{instancePath:instancePath+"/time",schemaPath:"#/properties/time/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.time.type,parentSchema:schema12.properties.time,data:data1}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.type !== undefined){
let data2 = data.type;
const _errs6 = errors;
if("header" !== data2){
validate30.errors = [{instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "header"},message:"must be equal to constant",schema:"header",parentSchema:schema12.properties.type,data:data2}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.schemaVersion !== undefined){
let data3 = data.schemaVersion;
const _errs7 = errors;
if(1 !== data3){
validate30.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema12.properties.schemaVersion,data:data3}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.run !== undefined){
let data4 = data.run;
const _errs8 = errors;
if(typeof data4 !== "string"){
validate30.errors = [{instancePath:instancePath+"/run",schemaPath:"#/properties/run/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.run.type,parentSchema:schema12.properties.run,data:data4}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.trial !== undefined){
let data5 = data.trial;
const _errs10 = errors;
if(typeof data5 !== "string"){
validate30.errors = [{instancePath:instancePath+"/trial",schemaPath:"#/properties/trial/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.trial.type,parentSchema:schema12.properties.trial,data:data5}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.attempt !== undefined){
let data6 = data.attempt;
const _errs12 = errors;
const _errs13 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate30.errors = [{instancePath:instancePath+"/attempt",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data6}];
return false;
}
if(errors === _errs13){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 2147483647 || isNaN(data6)){
validate30.errors = [{instancePath:instancePath+"/attempt",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data6}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate30.errors = [{instancePath:instancePath+"/attempt",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data6}];
return false;
}
}
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.fingerprint !== undefined){
let data7 = data.fingerprint;
const _errs15 = errors;
if(typeof data7 !== "string"){
validate30.errors = [{instancePath:instancePath+"/fingerprint",schemaPath:"#/properties/fingerprint/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.fingerprint.type,parentSchema:schema12.properties.fingerprint,data:data7}];
return false;
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.spec !== undefined){
const _errs17 = errors;
if(!(validate12(data.spec, {instancePath:instancePath+"/spec",parentData:data,parentDataProperty:"spec",rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.environment !== undefined){
const _errs18 = errors;
if(!(validate14(data.environment, {instancePath:instancePath+"/environment",parentData:data,parentDataProperty:"environment",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ownKinds !== undefined){
let data10 = data.ownKinds;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data10)){
var valid3 = true;
const len0 = data10.length;
for(let i0=0; i0<len0; i0++){
let data11 = data10[i0];
const _errs21 = errors;
const _errs22 = errors;
if(errors === _errs22){
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
let missing1;
if((((((data11.file === undefined) && (missing1 = "file")) || ((data11.sha256 === undefined) && (missing1 = "sha256"))) || ((data11.kinds === undefined) && (missing1 = "kinds"))) || ((data11.commit === undefined) && (missing1 = "commit"))) || ((data11.dirty === undefined) && (missing1 = "dirty"))){
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0,schemaPath:"#/definitions/ownFile/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema32.required,parentSchema:schema32,data:data11}];
return false;
}
else {
if(data11.file !== undefined){
let data12 = data11.file;
const _errs24 = errors;
if(errors === _errs24){
if(typeof data12 === "string"){
if(data12.length > 4096){
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/file",schemaPath:"#/definitions/ownFile/properties/file/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema32.properties.file,data:data12}];
return false;
}
}
else {
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/file",schemaPath:"#/definitions/ownFile/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.file.type,parentSchema:schema32.properties.file,data:data12}];
return false;
}
}
var valid5 = _errs24 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data11.sha256 !== undefined){
let data13 = data11.sha256;
const _errs26 = errors;
if(errors === _errs26){
if(typeof data13 === "string"){
if(!pattern0.test(data13)){
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/sha256",schemaPath:"#/definitions/ownFile/properties/sha256/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\"",schema:"^[0-9a-f]{64}$",parentSchema:schema32.properties.sha256,data:data13}];
return false;
}
}
else {
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/sha256",schemaPath:"#/definitions/ownFile/properties/sha256/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.sha256.type,parentSchema:schema32.properties.sha256,data:data13}];
return false;
}
}
var valid5 = _errs26 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data11.kinds !== undefined){
let data14 = data11.kinds;
const _errs28 = errors;
if(errors === _errs28){
if(Array.isArray(data14)){
if(data14.length > 1000){
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/kinds",schemaPath:"#/definitions/ownFile/properties/kinds/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items",schema:1000,parentSchema:schema32.properties.kinds,data:data14}];
return false;
}
else {
var valid6 = true;
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
let data15 = data14[i1];
const _errs30 = errors;
if(errors === _errs30){
if(typeof data15 === "string"){
if(data15.length > 4096){
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/kinds/" + i1,schemaPath:"#/definitions/ownFile/properties/kinds/items/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema32.properties.kinds.items,data:data15}];
return false;
}
}
else {
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/kinds/" + i1,schemaPath:"#/definitions/ownFile/properties/kinds/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.kinds.items.type,parentSchema:schema32.properties.kinds.items,data:data15}];
return false;
}
}
var valid6 = _errs30 === errors;
if(!valid6){
break;
}
}
}
}
else {
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/kinds",schemaPath:"#/definitions/ownFile/properties/kinds/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema32.properties.kinds.type,parentSchema:schema32.properties.kinds,data:data14}];
return false;
}
}
var valid5 = _errs28 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data11.commit !== undefined){
let data16 = data11.commit;
const _errs32 = errors;
if((typeof data16 !== "string") && (data16 !== null)){
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/commit",schemaPath:"#/definitions/ownFile/properties/commit/type",keyword:"type",params:{type: schema32.properties.commit.type},message:"must be string,null",schema:schema32.properties.commit.type,parentSchema:schema32.properties.commit,data:data16}];
return false;
}
var valid5 = _errs32 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data11.dirty !== undefined){
let data17 = data11.dirty;
const _errs34 = errors;
if(typeof data17 !== "boolean"){
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0+"/dirty",schemaPath:"#/definitions/ownFile/properties/dirty/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema32.properties.dirty.type,parentSchema:schema32.properties.dirty,data:data17}];
return false;
}
var valid5 = _errs34 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
}
}
else {
validate30.errors = [{instancePath:instancePath+"/ownKinds/" + i0,schemaPath:"#/definitions/ownFile/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.type,parentSchema:schema32,data:data11}];
return false;
}
}
var valid3 = _errs21 === errors;
if(!valid3){
break;
}
}
}
else {
validate30.errors = [{instancePath:instancePath+"/ownKinds",schemaPath:"#/properties/ownKinds/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.ownKinds.type,parentSchema:schema12.properties.ownKinds,data:data10}];
return false;
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate30.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.type,parentSchema:schema12,data}];
return false;
}
}
validate30.errors = vErrors;
return errors === 0;
}

export const start = validate33 as unknown as SchemaCheck;
const schema33 = {"type":"object","required":["seq","time","type","parameters","stepsPerEpoch","initialWeights"],"properties":{"seq":{"$ref":"#/definitions/small"},"time":{"type":"string"},"type":{"const":"start"},"parameters":{"$ref":"#/definitions/count"},"stepsPerEpoch":{"$ref":"#/definitions/small"},"initialWeights":{"type":"string"}}};

function validate33(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((data.seq === undefined) && (missing0 = "seq")) || ((data.time === undefined) && (missing0 = "time"))) || ((data.type === undefined) && (missing0 = "type"))) || ((data.parameters === undefined) && (missing0 = "parameters"))) || ((data.stepsPerEpoch === undefined) && (missing0 = "stepsPerEpoch"))) || ((data.initialWeights === undefined) && (missing0 = "initialWeights"))){
validate33.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema33.required,parentSchema:schema33,data}];
return false;
}
else {
if(data.seq !== undefined){
let data0 = data.seq;
const _errs1 = errors;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate33.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 2147483647 || isNaN(data0)){
validate33.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data0}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate33.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data0}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.time !== undefined){
let data1 = data.time;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate33.errors = [{instancePath:instancePath+"/time",schemaPath:"#/properties/time/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.properties.time.type,parentSchema:schema33.properties.time,data:data1}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.type !== undefined){
let data2 = data.type;
const _errs6 = errors;
if("start" !== data2){
validate33.errors = [{instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "start"},message:"must be equal to constant",schema:"start",parentSchema:schema33.properties.type,data:data2}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.parameters !== undefined){
let data3 = data.parameters;
const _errs7 = errors;
const _errs8 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate33.errors = [{instancePath:instancePath+"/parameters",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data3}];
return false;
}
if(errors === _errs8){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 9007199254740991 || isNaN(data3)){
validate33.errors = [{instancePath:instancePath+"/parameters",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data3}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate33.errors = [{instancePath:instancePath+"/parameters",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data3}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stepsPerEpoch !== undefined){
let data4 = data.stepsPerEpoch;
const _errs10 = errors;
const _errs11 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate33.errors = [{instancePath:instancePath+"/stepsPerEpoch",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data4}];
return false;
}
if(errors === _errs11){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 2147483647 || isNaN(data4)){
validate33.errors = [{instancePath:instancePath+"/stepsPerEpoch",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data4}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate33.errors = [{instancePath:instancePath+"/stepsPerEpoch",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data4}];
return false;
}
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.initialWeights !== undefined){
let data5 = data.initialWeights;
const _errs13 = errors;
if(typeof data5 !== "string"){
validate33.errors = [{instancePath:instancePath+"/initialWeights",schemaPath:"#/properties/initialWeights/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.properties.initialWeights.type,parentSchema:schema33.properties.initialWeights,data:data5}];
return false;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate33.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema33.type,parentSchema:schema33,data}];
return false;
}
}
validate33.errors = vErrors;
return errors === 0;
}

export const resume = validate34 as unknown as SchemaCheck;
const schema37 = {"type":"object","required":["seq","time","type","epoch","step","lostEpochs","environment"],"properties":{"seq":{"$ref":"#/definitions/small"},"time":{"type":"string"},"type":{"const":"resume"},"epoch":{"$ref":"#/definitions/small"},"step":{"$ref":"#/definitions/count"},"lostEpochs":{"$ref":"#/definitions/small"},"environment":{"$ref":"#/definitions/environment"}}};

function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.seq === undefined) && (missing0 = "seq")) || ((data.time === undefined) && (missing0 = "time"))) || ((data.type === undefined) && (missing0 = "type"))) || ((data.epoch === undefined) && (missing0 = "epoch"))) || ((data.step === undefined) && (missing0 = "step"))) || ((data.lostEpochs === undefined) && (missing0 = "lostEpochs"))) || ((data.environment === undefined) && (missing0 = "environment"))){
validate34.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema37.required,parentSchema:schema37,data}];
return false;
}
else {
if(data.seq !== undefined){
let data0 = data.seq;
const _errs1 = errors;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate34.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 2147483647 || isNaN(data0)){
validate34.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data0}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate34.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data0}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.time !== undefined){
let data1 = data.time;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate34.errors = [{instancePath:instancePath+"/time",schemaPath:"#/properties/time/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema37.properties.time.type,parentSchema:schema37.properties.time,data:data1}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.type !== undefined){
let data2 = data.type;
const _errs6 = errors;
if("resume" !== data2){
validate34.errors = [{instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "resume"},message:"must be equal to constant",schema:"resume",parentSchema:schema37.properties.type,data:data2}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epoch !== undefined){
let data3 = data.epoch;
const _errs7 = errors;
const _errs8 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate34.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data3}];
return false;
}
if(errors === _errs8){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 2147483647 || isNaN(data3)){
validate34.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data3}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate34.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data3}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.step !== undefined){
let data4 = data.step;
const _errs10 = errors;
const _errs11 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate34.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data4}];
return false;
}
if(errors === _errs11){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 9007199254740991 || isNaN(data4)){
validate34.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data4}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate34.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data4}];
return false;
}
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lostEpochs !== undefined){
let data5 = data.lostEpochs;
const _errs13 = errors;
const _errs14 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate34.errors = [{instancePath:instancePath+"/lostEpochs",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data5}];
return false;
}
if(errors === _errs14){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 2147483647 || isNaN(data5)){
validate34.errors = [{instancePath:instancePath+"/lostEpochs",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data5}];
return false;
}
else {
if(data5 < 0 || isNaN(data5)){
validate34.errors = [{instancePath:instancePath+"/lostEpochs",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data5}];
return false;
}
}
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.environment !== undefined){
const _errs16 = errors;
if(!(validate14(data.environment, {instancePath:instancePath+"/environment",parentData:data,parentDataProperty:"environment",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
else {
validate34.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema37.type,parentSchema:schema37,data}];
return false;
}
}
validate34.errors = vErrors;
return errors === 0;
}

export const epoch = validate36 as unknown as SchemaCheck;
const schema42 = {"type":"object","required":["seq","time","type","epoch","step","lr","losses","metrics","lossChain","trainSeconds","evalSeconds","msPerStep","peakMemoryMiB"],"properties":{"seq":{"$ref":"#/definitions/small"},"time":{"type":"string"},"type":{"const":"epoch"},"epoch":{"$ref":"#/definitions/small"},"step":{"$ref":"#/definitions/count"},"lr":{"type":["number","null"]},"losses":{"type":"object","additionalProperties":{"type":["number","null"]}},"metrics":{"type":"array","items":{"$ref":"#/definitions/metric"}},"lossChain":{"type":"string"},"stepLosses":{"type":"string"},"trainSeconds":{"type":["number","null"]},"evalSeconds":{"type":["number","null"]},"msPerStep":{"type":["number","null"]},"students":{"type":"number","minimum":1,"maximum":2147483647},"teacherOutputs":{"type":"object","required":["kept","computed","damaged","passes","seconds"],"properties":{"kept":{"$ref":"#/definitions/count"},"computed":{"$ref":"#/definitions/count"},"damaged":{"$ref":"#/definitions/count"},"passes":{"$ref":"#/definitions/count"},"seconds":{"type":["number","null"]}}},"peakMemoryMiB":{"type":["number","null"]}}};
const schema46 = {"type":"object","required":["task","name","split","value"],"properties":{"task":{"type":"string"},"name":{"type":"string"},"split":{"type":"string"},"value":{"type":["number","null"]}}};

function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((((data.seq === undefined) && (missing0 = "seq")) || ((data.time === undefined) && (missing0 = "time"))) || ((data.type === undefined) && (missing0 = "type"))) || ((data.epoch === undefined) && (missing0 = "epoch"))) || ((data.step === undefined) && (missing0 = "step"))) || ((data.lr === undefined) && (missing0 = "lr"))) || ((data.losses === undefined) && (missing0 = "losses"))) || ((data.metrics === undefined) && (missing0 = "metrics"))) || ((data.lossChain === undefined) && (missing0 = "lossChain"))) || ((data.trainSeconds === undefined) && (missing0 = "trainSeconds"))) || ((data.evalSeconds === undefined) && (missing0 = "evalSeconds"))) || ((data.msPerStep === undefined) && (missing0 = "msPerStep"))) || ((data.peakMemoryMiB === undefined) && (missing0 = "peakMemoryMiB"))){
validate36.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema42.required,parentSchema:schema42,data}];
return false;
}
else {
if(data.seq !== undefined){
let data0 = data.seq;
const _errs1 = errors;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate36.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 2147483647 || isNaN(data0)){
validate36.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data0}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate36.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data0}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.time !== undefined){
let data1 = data.time;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate36.errors = [{instancePath:instancePath+"/time",schemaPath:"#/properties/time/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.time.type,parentSchema:schema42.properties.time,data:data1}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.type !== undefined){
let data2 = data.type;
const _errs6 = errors;
if("epoch" !== data2){
validate36.errors = [{instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "epoch"},message:"must be equal to constant",schema:"epoch",parentSchema:schema42.properties.type,data:data2}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epoch !== undefined){
let data3 = data.epoch;
const _errs7 = errors;
const _errs8 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate36.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data3}];
return false;
}
if(errors === _errs8){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 2147483647 || isNaN(data3)){
validate36.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data3}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate36.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data3}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.step !== undefined){
let data4 = data.step;
const _errs10 = errors;
const _errs11 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate36.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data4}];
return false;
}
if(errors === _errs11){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 9007199254740991 || isNaN(data4)){
validate36.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data4}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate36.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data4}];
return false;
}
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lr !== undefined){
let data5 = data.lr;
const _errs13 = errors;
if((!((typeof data5 == "number") && (isFinite(data5)))) && (data5 !== null)){
validate36.errors = [{instancePath:instancePath+"/lr",schemaPath:"#/properties/lr/type",keyword:"type",params:{type: schema42.properties.lr.type},message:"must be number,null",schema:schema42.properties.lr.type,parentSchema:schema42.properties.lr,data:data5}];
return false;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.losses !== undefined){
let data6 = data.losses;
const _errs15 = errors;
if(errors === _errs15){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key0 in data6){
let data7 = data6[key0];
const _errs18 = errors;
if((!((typeof data7 == "number") && (isFinite(data7)))) && (data7 !== null)){
validate36.errors = [{instancePath:instancePath+"/losses/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/losses/additionalProperties/type",keyword:"type",params:{type: schema42.properties.losses.additionalProperties.type},message:"must be number,null",schema:schema42.properties.losses.additionalProperties.type,parentSchema:schema42.properties.losses.additionalProperties,data:data7}];
return false;
}
var valid4 = _errs18 === errors;
if(!valid4){
break;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/losses",schemaPath:"#/properties/losses/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.properties.losses.type,parentSchema:schema42.properties.losses,data:data6}];
return false;
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.metrics !== undefined){
let data8 = data.metrics;
const _errs20 = errors;
if(errors === _errs20){
if(Array.isArray(data8)){
var valid5 = true;
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
let data9 = data8[i0];
const _errs22 = errors;
const _errs23 = errors;
if(errors === _errs23){
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
let missing1;
if(((((data9.task === undefined) && (missing1 = "task")) || ((data9.name === undefined) && (missing1 = "name"))) || ((data9.split === undefined) && (missing1 = "split"))) || ((data9.value === undefined) && (missing1 = "value"))){
validate36.errors = [{instancePath:instancePath+"/metrics/" + i0,schemaPath:"#/definitions/metric/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema46.required,parentSchema:schema46,data:data9}];
return false;
}
else {
if(data9.task !== undefined){
let data10 = data9.task;
const _errs25 = errors;
if(typeof data10 !== "string"){
validate36.errors = [{instancePath:instancePath+"/metrics/" + i0+"/task",schemaPath:"#/definitions/metric/properties/task/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.task.type,parentSchema:schema46.properties.task,data:data10}];
return false;
}
var valid7 = _errs25 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data9.name !== undefined){
let data11 = data9.name;
const _errs27 = errors;
if(typeof data11 !== "string"){
validate36.errors = [{instancePath:instancePath+"/metrics/" + i0+"/name",schemaPath:"#/definitions/metric/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.name.type,parentSchema:schema46.properties.name,data:data11}];
return false;
}
var valid7 = _errs27 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data9.split !== undefined){
let data12 = data9.split;
const _errs29 = errors;
if(typeof data12 !== "string"){
validate36.errors = [{instancePath:instancePath+"/metrics/" + i0+"/split",schemaPath:"#/definitions/metric/properties/split/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.properties.split.type,parentSchema:schema46.properties.split,data:data12}];
return false;
}
var valid7 = _errs29 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data9.value !== undefined){
let data13 = data9.value;
const _errs31 = errors;
if((!((typeof data13 == "number") && (isFinite(data13)))) && (data13 !== null)){
validate36.errors = [{instancePath:instancePath+"/metrics/" + i0+"/value",schemaPath:"#/definitions/metric/properties/value/type",keyword:"type",params:{type: schema46.properties.value.type},message:"must be number,null",schema:schema46.properties.value.type,parentSchema:schema46.properties.value,data:data13}];
return false;
}
var valid7 = _errs31 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/metrics/" + i0,schemaPath:"#/definitions/metric/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema46.type,parentSchema:schema46,data:data9}];
return false;
}
}
var valid5 = _errs22 === errors;
if(!valid5){
break;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema42.properties.metrics.type,parentSchema:schema42.properties.metrics,data:data8}];
return false;
}
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lossChain !== undefined){
let data14 = data.lossChain;
const _errs33 = errors;
if(typeof data14 !== "string"){
validate36.errors = [{instancePath:instancePath+"/lossChain",schemaPath:"#/properties/lossChain/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.lossChain.type,parentSchema:schema42.properties.lossChain,data:data14}];
return false;
}
var valid0 = _errs33 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stepLosses !== undefined){
let data15 = data.stepLosses;
const _errs35 = errors;
if(typeof data15 !== "string"){
validate36.errors = [{instancePath:instancePath+"/stepLosses",schemaPath:"#/properties/stepLosses/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.stepLosses.type,parentSchema:schema42.properties.stepLosses,data:data15}];
return false;
}
var valid0 = _errs35 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.trainSeconds !== undefined){
let data16 = data.trainSeconds;
const _errs37 = errors;
if((!((typeof data16 == "number") && (isFinite(data16)))) && (data16 !== null)){
validate36.errors = [{instancePath:instancePath+"/trainSeconds",schemaPath:"#/properties/trainSeconds/type",keyword:"type",params:{type: schema42.properties.trainSeconds.type},message:"must be number,null",schema:schema42.properties.trainSeconds.type,parentSchema:schema42.properties.trainSeconds,data:data16}];
return false;
}
var valid0 = _errs37 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.evalSeconds !== undefined){
let data17 = data.evalSeconds;
const _errs39 = errors;
if((!((typeof data17 == "number") && (isFinite(data17)))) && (data17 !== null)){
validate36.errors = [{instancePath:instancePath+"/evalSeconds",schemaPath:"#/properties/evalSeconds/type",keyword:"type",params:{type: schema42.properties.evalSeconds.type},message:"must be number,null",schema:schema42.properties.evalSeconds.type,parentSchema:schema42.properties.evalSeconds,data:data17}];
return false;
}
var valid0 = _errs39 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.msPerStep !== undefined){
let data18 = data.msPerStep;
const _errs41 = errors;
if((!((typeof data18 == "number") && (isFinite(data18)))) && (data18 !== null)){
validate36.errors = [{instancePath:instancePath+"/msPerStep",schemaPath:"#/properties/msPerStep/type",keyword:"type",params:{type: schema42.properties.msPerStep.type},message:"must be number,null",schema:schema42.properties.msPerStep.type,parentSchema:schema42.properties.msPerStep,data:data18}];
return false;
}
var valid0 = _errs41 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.students !== undefined){
let data19 = data.students;
const _errs43 = errors;
if(errors === _errs43){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 2147483647 || isNaN(data19)){
validate36.errors = [{instancePath:instancePath+"/students",schemaPath:"#/properties/students/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema42.properties.students,data:data19}];
return false;
}
else {
if(data19 < 1 || isNaN(data19)){
validate36.errors = [{instancePath:instancePath+"/students",schemaPath:"#/properties/students/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema42.properties.students,data:data19}];
return false;
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/students",schemaPath:"#/properties/students/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema42.properties.students.type,parentSchema:schema42.properties.students,data:data19}];
return false;
}
}
var valid0 = _errs43 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.teacherOutputs !== undefined){
let data20 = data.teacherOutputs;
const _errs45 = errors;
if(errors === _errs45){
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
let missing2;
if((((((data20.kept === undefined) && (missing2 = "kept")) || ((data20.computed === undefined) && (missing2 = "computed"))) || ((data20.damaged === undefined) && (missing2 = "damaged"))) || ((data20.passes === undefined) && (missing2 = "passes"))) || ((data20.seconds === undefined) && (missing2 = "seconds"))){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs",schemaPath:"#/properties/teacherOutputs/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema42.properties.teacherOutputs.required,parentSchema:schema42.properties.teacherOutputs,data:data20}];
return false;
}
else {
if(data20.kept !== undefined){
let data21 = data20.kept;
const _errs47 = errors;
const _errs48 = errors;
if(!(((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21))) && (isFinite(data21)))){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/kept",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data21}];
return false;
}
if(errors === _errs48){
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 > 9007199254740991 || isNaN(data21)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/kept",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data21}];
return false;
}
else {
if(data21 < 0 || isNaN(data21)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/kept",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data21}];
return false;
}
}
}
}
var valid8 = _errs47 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data20.computed !== undefined){
let data22 = data20.computed;
const _errs50 = errors;
const _errs51 = errors;
if(!(((typeof data22 == "number") && (!(data22 % 1) && !isNaN(data22))) && (isFinite(data22)))){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/computed",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data22}];
return false;
}
if(errors === _errs51){
if((typeof data22 == "number") && (isFinite(data22))){
if(data22 > 9007199254740991 || isNaN(data22)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/computed",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data22}];
return false;
}
else {
if(data22 < 0 || isNaN(data22)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/computed",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data22}];
return false;
}
}
}
}
var valid8 = _errs50 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data20.damaged !== undefined){
let data23 = data20.damaged;
const _errs53 = errors;
const _errs54 = errors;
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/damaged",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data23}];
return false;
}
if(errors === _errs54){
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 > 9007199254740991 || isNaN(data23)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/damaged",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data23}];
return false;
}
else {
if(data23 < 0 || isNaN(data23)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/damaged",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data23}];
return false;
}
}
}
}
var valid8 = _errs53 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data20.passes !== undefined){
let data24 = data20.passes;
const _errs56 = errors;
const _errs57 = errors;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/passes",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data24}];
return false;
}
if(errors === _errs57){
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 > 9007199254740991 || isNaN(data24)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/passes",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data24}];
return false;
}
else {
if(data24 < 0 || isNaN(data24)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/passes",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data24}];
return false;
}
}
}
}
var valid8 = _errs56 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data20.seconds !== undefined){
let data25 = data20.seconds;
const _errs59 = errors;
if((!((typeof data25 == "number") && (isFinite(data25)))) && (data25 !== null)){
validate36.errors = [{instancePath:instancePath+"/teacherOutputs/seconds",schemaPath:"#/properties/teacherOutputs/properties/seconds/type",keyword:"type",params:{type: schema42.properties.teacherOutputs.properties.seconds.type},message:"must be number,null",schema:schema42.properties.teacherOutputs.properties.seconds.type,parentSchema:schema42.properties.teacherOutputs.properties.seconds,data:data25}];
return false;
}
var valid8 = _errs59 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
}
else {
validate36.errors = [{instancePath:instancePath+"/teacherOutputs",schemaPath:"#/properties/teacherOutputs/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.properties.teacherOutputs.type,parentSchema:schema42.properties.teacherOutputs,data:data20}];
return false;
}
}
var valid0 = _errs45 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.peakMemoryMiB !== undefined){
let data26 = data.peakMemoryMiB;
const _errs61 = errors;
if((!((typeof data26 == "number") && (isFinite(data26)))) && (data26 !== null)){
validate36.errors = [{instancePath:instancePath+"/peakMemoryMiB",schemaPath:"#/properties/peakMemoryMiB/type",keyword:"type",params:{type: schema42.properties.peakMemoryMiB.type},message:"must be number,null",schema:schema42.properties.peakMemoryMiB.type,parentSchema:schema42.properties.peakMemoryMiB,data:data26}];
return false;
}
var valid0 = _errs61 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate36.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.type,parentSchema:schema42,data}];
return false;
}
}
validate36.errors = vErrors;
return errors === 0;
}

export const checkpoint = validate37 as unknown as SchemaCheck;
const schema51 = {"type":"object","required":["seq","time","type","epoch","step","file","sha256"],"properties":{"seq":{"$ref":"#/definitions/small"},"time":{"type":"string"},"type":{"const":"checkpoint"},"epoch":{"$ref":"#/definitions/small"},"step":{"$ref":"#/definitions/count"},"file":{"type":"string"},"sha256":{"type":"string"}}};

function validate37(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.seq === undefined) && (missing0 = "seq")) || ((data.time === undefined) && (missing0 = "time"))) || ((data.type === undefined) && (missing0 = "type"))) || ((data.epoch === undefined) && (missing0 = "epoch"))) || ((data.step === undefined) && (missing0 = "step"))) || ((data.file === undefined) && (missing0 = "file"))) || ((data.sha256 === undefined) && (missing0 = "sha256"))){
validate37.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema51.required,parentSchema:schema51,data}];
return false;
}
else {
if(data.seq !== undefined){
let data0 = data.seq;
const _errs1 = errors;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate37.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 2147483647 || isNaN(data0)){
validate37.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data0}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate37.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data0}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.time !== undefined){
let data1 = data.time;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate37.errors = [{instancePath:instancePath+"/time",schemaPath:"#/properties/time/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.time.type,parentSchema:schema51.properties.time,data:data1}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.type !== undefined){
let data2 = data.type;
const _errs6 = errors;
if("checkpoint" !== data2){
validate37.errors = [{instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "checkpoint"},message:"must be equal to constant",schema:"checkpoint",parentSchema:schema51.properties.type,data:data2}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epoch !== undefined){
let data3 = data.epoch;
const _errs7 = errors;
const _errs8 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate37.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data3}];
return false;
}
if(errors === _errs8){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 2147483647 || isNaN(data3)){
validate37.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data3}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate37.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data3}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.step !== undefined){
let data4 = data.step;
const _errs10 = errors;
const _errs11 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate37.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema25.type,parentSchema:schema25,data:data4}];
return false;
}
if(errors === _errs11){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 9007199254740991 || isNaN(data4)){
validate37.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema25,data:data4}];
return false;
}
else {
if(data4 < 0 || isNaN(data4)){
validate37.errors = [{instancePath:instancePath+"/step",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema25,data:data4}];
return false;
}
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.file !== undefined){
let data5 = data.file;
const _errs13 = errors;
if(typeof data5 !== "string"){
validate37.errors = [{instancePath:instancePath+"/file",schemaPath:"#/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.file.type,parentSchema:schema51.properties.file,data:data5}];
return false;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.sha256 !== undefined){
let data6 = data.sha256;
const _errs15 = errors;
if(typeof data6 !== "string"){
validate37.errors = [{instancePath:instancePath+"/sha256",schemaPath:"#/properties/sha256/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.sha256.type,parentSchema:schema51.properties.sha256,data:data6}];
return false;
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
else {
validate37.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema51.type,parentSchema:schema51,data}];
return false;
}
}
validate37.errors = vErrors;
return errors === 0;
}

export const event = validate38 as unknown as SchemaCheck;
const schema55 = {"type":"object","required":["seq","time","type","kind","message"],"properties":{"seq":{"$ref":"#/definitions/small"},"time":{"type":"string"},"type":{"const":"event"},"kind":{"type":"string"},"message":{"type":"string"},"data":{}}};

function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.seq === undefined) && (missing0 = "seq")) || ((data.time === undefined) && (missing0 = "time"))) || ((data.type === undefined) && (missing0 = "type"))) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.message === undefined) && (missing0 = "message"))){
validate38.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema55.required,parentSchema:schema55,data}];
return false;
}
else {
if(data.seq !== undefined){
let data0 = data.seq;
const _errs1 = errors;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate38.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 2147483647 || isNaN(data0)){
validate38.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data0}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate38.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data0}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.time !== undefined){
let data1 = data.time;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate38.errors = [{instancePath:instancePath+"/time",schemaPath:"#/properties/time/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.time.type,parentSchema:schema55.properties.time,data:data1}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.type !== undefined){
let data2 = data.type;
const _errs6 = errors;
if("event" !== data2){
validate38.errors = [{instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "event"},message:"must be equal to constant",schema:"event",parentSchema:schema55.properties.type,data:data2}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kind !== undefined){
let data3 = data.kind;
const _errs7 = errors;
if(typeof data3 !== "string"){
validate38.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.kind.type,parentSchema:schema55.properties.kind,data:data3}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.message !== undefined){
let data4 = data.message;
const _errs9 = errors;
if(typeof data4 !== "string"){
validate38.errors = [{instancePath:instancePath+"/message",schemaPath:"#/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.message.type,parentSchema:schema55.properties.message,data:data4}];
return false;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate38.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema55.type,parentSchema:schema55,data}];
return false;
}
}
validate38.errors = vErrors;
return errors === 0;
}

export const end = validate39 as unknown as SchemaCheck;
const schema57 = {"type":"object","required":["seq","time","type","state","reason","weights","seconds"],"properties":{"seq":{"$ref":"#/definitions/small"},"time":{"type":"string"},"type":{"const":"end"},"state":{"$ref":"#/definitions/endState"},"reason":{"type":"string"},"weights":{"type":["string","null"]},"seconds":{"type":["number","null"]}}};
const schema59 = {"enum":["completed","diverged","failed","infrastructure","timed-out","cancelled"]};

function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.seq === undefined) && (missing0 = "seq")) || ((data.time === undefined) && (missing0 = "time"))) || ((data.type === undefined) && (missing0 = "type"))) || ((data.state === undefined) && (missing0 = "state"))) || ((data.reason === undefined) && (missing0 = "reason"))) || ((data.weights === undefined) && (missing0 = "weights"))) || ((data.seconds === undefined) && (missing0 = "seconds"))){
validate39.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema57.required,parentSchema:schema57,data}];
return false;
}
else {
if(data.seq !== undefined){
let data0 = data.seq;
const _errs1 = errors;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate39.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.type,parentSchema:schema13,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 2147483647 || isNaN(data0)){
validate39.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647",schema:2147483647,parentSchema:schema13,data:data0}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate39.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/definitions/small/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data0}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.time !== undefined){
let data1 = data.time;
const _errs4 = errors;
if(typeof data1 !== "string"){
validate39.errors = [{instancePath:instancePath+"/time",schemaPath:"#/properties/time/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema57.properties.time.type,parentSchema:schema57.properties.time,data:data1}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.type !== undefined){
let data2 = data.type;
const _errs6 = errors;
if("end" !== data2){
validate39.errors = [{instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "end"},message:"must be equal to constant",schema:"end",parentSchema:schema57.properties.type,data:data2}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.state !== undefined){
let data3 = data.state;
const _errs7 = errors;
if(!((((((data3 === "completed") || (data3 === "diverged")) || (data3 === "failed")) || (data3 === "infrastructure")) || (data3 === "timed-out")) || (data3 === "cancelled"))){
validate39.errors = [{instancePath:instancePath+"/state",schemaPath:"#/definitions/endState/enum",keyword:"enum",params:{allowedValues: schema59.enum},message:"must be equal to one of the allowed values",schema:schema59.enum,parentSchema:schema59,data:data3}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
let data4 = data.reason;
const _errs9 = errors;
if(typeof data4 !== "string"){
validate39.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema57.properties.reason.type,parentSchema:schema57.properties.reason,data:data4}];
return false;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.weights !== undefined){
let data5 = data.weights;
const _errs11 = errors;
if((typeof data5 !== "string") && (data5 !== null)){
validate39.errors = [{instancePath:instancePath+"/weights",schemaPath:"#/properties/weights/type",keyword:"type",params:{type: schema57.properties.weights.type},message:"must be string,null",schema:schema57.properties.weights.type,parentSchema:schema57.properties.weights,data:data5}];
return false;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seconds !== undefined){
let data6 = data.seconds;
const _errs13 = errors;
if((!((typeof data6 == "number") && (isFinite(data6)))) && (data6 !== null)){
validate39.errors = [{instancePath:instancePath+"/seconds",schemaPath:"#/properties/seconds/type",keyword:"type",params:{type: schema57.properties.seconds.type},message:"must be number,null",schema:schema57.properties.seconds.type,parentSchema:schema57.properties.seconds,data:data6}];
return false;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
else {
validate39.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema57.type,parentSchema:schema57,data}];
return false;
}
}
validate39.errors = vErrors;
return errors === 0;
}
